package io.autotaskprovisioner.support;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Locale;
import java.util.regex.Pattern;

/** How H2 means to do a query, in its own words, in capitals. */
public final class H2Plan {

  private static final Pattern SCAN_COUNT = Pattern.compile("SCANCOUNT: (\\d+)");

  private H2Plan() {}

  /** The plan of the query with these values in their order; an array stands for a list of keys. */
  public static String of(TestDatabase database, String sql, Object... values) {
    return explain(database, "explain ", sql, values);
  }

  /** How many rows H2 reads to do the query, which it does. */
  public static int rowsRead(TestDatabase database, String sql, Object... values) {
    return SCAN_COUNT
        .matcher(explain(database, "explain analyze ", sql, values))
        .results()
        .mapToInt(found -> Integer.parseInt(found.group(1)))
        .sum();
  }

  private static String explain(TestDatabase database, String verb, String sql, Object... values) {
    return database
        .database()
        .query(
            connection -> {
              try (PreparedStatement explain = connection.prepareStatement(verb + sql)) {
                for (int i = 0; i < values.length; i++) {
                  explain.setObject(i + 1, values[i]);
                }
                try (ResultSet row = explain.executeQuery()) {
                  row.next();
                  return row.getString(1).toUpperCase(Locale.ROOT);
                }
              }
            });
  }
}
