package io.autotaskprovisioner.secret;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column that holds what the ring sealed, and how to walk over it in pieces, by the primary key.
 * The context of a value is {@code table.column:key}, with the separator between the parts of the
 * key. Immutable.
 *
 * @param key columns of the primary key, one or two; all but a second one are whole numbers
 * @param separator between the parts of a key in a context
 * @param secondIsText whether the second part is text; of no meaning where there is one part
 */
record SealedColumn(
    String table, String column, List<String> key, String separator, boolean secondIsText) {

  /** Every one there is; a test holds the list against the schema. */
  static final List<SealedColumn> ALL =
      List.of(
          byId("key_check", "sealed_canary"),
          byId("account", "sealed_user_secret"),
          byId("account", "sealed_organization_secret"),
          byId("account", "sealed_password"),
          byId("instance", "sealed_token"),
          byId("instance", "sealed_secrets"),
          byId("provisioning_request", "sealed_payload"),
          byId("provisioning_request", "sealed_record"),
          new SealedColumn(
              "idempotency_key",
              "sealed_answer",
              List.of("account_id", "idempotency_key"),
              ":",
              true),
          new SealedColumn(
              "import_item", "sealed_instance", List.of("job_id", "place"), "/", false));

  private static SealedColumn byId(String table, String column) {
    return new SealedColumn(table, column, List.of("id"), "", false);
  }

  /**
   * One value.
   *
   * @param place the parts of its key
   */
  record Value(List<String> place, byte[] sealed) {

    @Override
    public String toString() {
      return "Value" + place;
    }
  }

  String name() {
    return table + "." + column;
  }

  String context(Value value) {
    return name() + ":" + String.join(separator, value.place());
  }

  /**
   * The next values by key.
   *
   * @param after the key of the last one of the piece before; null for the first piece
   */
  List<Value> piece(Connection connection, @Nullable List<String> after, int limit)
      throws SQLException {
    String keys = String.join(", ", key);
    String sql =
        "select %s, %s from %s where %s is not null%s order by %s limit ?"
            .formatted(keys, column, table, column, after == null ? "" : behind(), keys);
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      int i = 1;
      if (after != null) {
        i = setPart(select, i, 0, after);
        if (key.size() > 1) {
          i = setPart(select, i, 0, after);
          i = setPart(select, i, 1, after);
        }
      }
      select.setInt(i, limit);
      List<Value> values = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          List<String> place = new ArrayList<>();
          for (int part = 1; part <= key.size(); part++) {
            place.add(row.getString(part));
          }
          values.add(new Value(place, row.getBytes(key.size() + 1)));
        }
      }
      return values;
    }
  }

  /** With a bound on the first part alone, so that the primary key's index is used. */
  private String behind() {
    return key.size() == 1
        ? " and %s > ?".formatted(key.get(0))
        : " and %1$s >= ? and (%1$s > ? or %2$s > ?)".formatted(key.get(0), key.get(1));
  }

  /**
   * Puts a value in the place of one, unless that has been changed or removed meanwhile.
   *
   * @return whether it was put
   */
  boolean replace(Connection connection, Value value, byte[] sealed) throws SQLException {
    StringBuilder sql = new StringBuilder("update %s set %s = ? where ".formatted(table, column));
    key.forEach(part -> sql.append(part).append(" = ? and "));
    sql.append(column).append(" = ?");
    try (PreparedStatement update = connection.prepareStatement(sql.toString())) {
      update.setBytes(1, sealed);
      int i = 2;
      for (int part = 0; part < key.size(); part++) {
        i = setPart(update, i, part, value.place());
      }
      update.setBytes(i, value.sealed());
      return update.executeUpdate() == 1;
    }
  }

  /** How many values begin with which five bytes, which say the key that sealed them. */
  void count(Connection connection, KeyCounts counts) throws SQLException {
    String sql =
        "select start, count(*) from (select substring(%s from 1 for 5) as start from %s where %s is not null) starts group by start"
            .formatted(column, table, column);
    try (PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        counts.add(TinkKeyRing.keyIdOf(row.getBytes(1)), name(), row.getLong(2));
      }
    }
  }

  private int setPart(PreparedStatement statement, int i, int part, List<String> place)
      throws SQLException {
    if (part == 1 && secondIsText) {
      statement.setString(i, place.get(part));
    } else {
      statement.setLong(i, Long.parseLong(place.get(part)));
    }
    return i + 1;
  }

  /** The parts of a key as one text, as {@link #place} reads it. */
  String text(List<String> place) {
    return String.join("/", place);
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws IllegalArgumentException if it is no key of this table
   */
  List<String> place(String text) {
    List<String> parts = Arrays.asList(text.split("/", key.size()));
    if (parts.size() != key.size()) {
      throw new IllegalArgumentException(text);
    }
    Long.parseLong(parts.get(0));
    if (parts.size() > 1 && !secondIsText) {
      Long.parseLong(parts.get(1));
    }
    return parts;
  }
}
