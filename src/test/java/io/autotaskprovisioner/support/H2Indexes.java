package io.autotaskprovisioner.support;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares the indexes of an H2 database with their tables. */
public final class H2Indexes {

  private static final String INDEXES =
      """
      select c.table_name, c.index_name, c.column_name
      from information_schema.index_columns c
        join information_schema.indexes i
          on i.index_schema = c.index_schema and i.index_name = c.index_name
      where c.table_schema = 'public' and i.index_type_name <> 'PRIMARY KEY'
      order by c.table_name, c.index_name, c.ordinal_position
      """;

  private H2Indexes() {}

  private record Index(String table, String name) {}

  /** What differs, a line each; empty where every index has as many entries as its table rows. */
  public static List<String> differences(Connection connection) throws SQLException {
    Map<Index, List<String>> indexes = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(INDEXES)) {
      while (row.next()) {
        indexes
            .computeIfAbsent(new Index(row.getString(1), row.getString(2)), i -> new ArrayList<>())
            .add('"' + row.getString(3) + '"');
      }
    }
    if (indexes.isEmpty()) {
      throw new IllegalArgumentException("No index at all");
    }
    List<String> differences = new ArrayList<>();
    for (Map.Entry<Index, List<String>> entry : indexes.entrySet()) {
      Index index = entry.getKey();
      long rows = rows(connection, index.table());
      long entries = entries(connection, index, String.join(", ", entry.getValue()));
      if (entries != rows) {
        differences.add(
            "%s: %d rows, %d entries in %s".formatted(index.table(), rows, entries, index.name()));
      }
    }
    return differences;
  }

  /** Reads them: the number that H2 keeps may be wrong as well. */
  private static long rows(Connection connection, String table) throws SQLException {
    return number(connection, "select count(*) from \"%s\" where random() >= 0".formatted(table));
  }

  private static long entries(Connection connection, Index index, String columns)
      throws SQLException {
    String query =
        "select %1$s from \"%2$s\" use index (\"%3$s\") order by %1$s"
            .formatted(columns, index.table(), index.name());
    try (Statement statement = connection.createStatement();
        ResultSet plan = statement.executeQuery("explain " + query)) {
      plan.next();
      if (!plan.getString(1).contains("index sorted")) {
        throw new IllegalStateException("H2 does not read the index: " + plan.getString(1));
      }
    }
    long entries = 0;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        entries++;
      }
    }
    return entries;
  }

  private static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
