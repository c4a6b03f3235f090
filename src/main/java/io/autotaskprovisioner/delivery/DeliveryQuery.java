package io.autotaskprovisioner.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads deliveries by filter. Thread-safe. */
final class DeliveryQuery {

  private static final String LIST =
      """
      select d.id, d.event_id, e.type, d.account_id, d.instance_id, d.destination, d.status,
        d.attempts, d.next_attempt_at, d.last_status_code, d.last_error, d.created_at, d.finished_at
      from delivery d join event e on e.id = d.event_id
      where d.id > ?%s
      order by d.id
      limit ?
      """;

  private static final String LAST_ID = "select coalesce(max(id), 0) from delivery";

  private static final String WAITING =
      "select distinct destination from delivery where status in ('PENDING', 'SENDING')";

  /** A condition of the filter with its values, for the table alias {@code d}. */
  record Condition(String sql, List<Object> values) {

    static Condition of(DeliveryFilter filter) {
      StringBuilder sql = new StringBuilder();
      List<Object> values = new ArrayList<>();
      add(sql, values, " and d.account_id = ?", filter.accountId());
      add(
          sql,
          values,
          " and d.status = ?",
          filter.status() == null ? null : filter.status().name());
      add(sql, values, " and d.destination = ?", filter.destination());
      add(sql, values, " and d.instance_id = ?", filter.instanceId());
      add(
          sql,
          values,
          " and exists (select 1 from event t where t.id = d.event_id and t.type = ?)",
          filter.eventType());
      return new Condition(sql.toString(), values);
    }

    /** Sets the values from the index on; answers the index after them. */
    int bind(PreparedStatement statement, int index) throws SQLException {
      int next = index;
      for (Object value : values) {
        statement.setObject(next++, value);
      }
      return next;
    }

    private static void add(
        StringBuilder sql, List<Object> values, String condition, @Nullable Object value) {
      if (value != null) {
        sql.append(condition);
        values.add(value);
      }
    }
  }

  /** The newest delivery; 0 where there is none. */
  static long lastId(Connection connection) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(LAST_ID);
        ResultSet row = query.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The destinations for which something waits, sorted, whether or not they are configured. */
  static SortedSet<String> waitingDestinations(Connection connection) throws SQLException {
    SortedSet<String> destinations = new TreeSet<>();
    try (PreparedStatement query = connection.prepareStatement(WAITING);
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        destinations.add(rows.getString(1));
      }
    }
    return destinations;
  }

  List<DeliveryEntry> list(Connection connection, DeliveryFilter filter, long afterId, int limit)
      throws SQLException {
    Condition condition = Condition.of(filter);
    List<DeliveryEntry> entries = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(LIST.formatted(condition.sql()))) {
      query.setLong(1, afterId);
      query.setInt(condition.bind(query, 2), limit);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          entries.add(entry(rows));
        }
      }
    }
    return entries;
  }

  private static DeliveryEntry entry(ResultSet row) throws SQLException {
    int statusCode = row.getInt("last_status_code");
    return new DeliveryEntry(
        row.getLong("id"),
        row.getLong("event_id"),
        row.getString("type"),
        row.getLong("account_id"),
        row.getLong("instance_id"),
        row.getString("destination"),
        DeliveryStatus.valueOf(row.getString("status")),
        row.getInt("attempts"),
        row.getObject("next_attempt_at", OffsetDateTime.class).toInstant(),
        statusCode == 0 ? null : statusCode,
        row.getString("last_error"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(row.getObject("finished_at", OffsetDateTime.class)));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
