package io.autotaskprovisioner.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.Collectors;

/**
 * What leads either product through the part of one index whose first columns have given values,
 * from one key to another, whatever its statistics say. To be used with an order by the same
 * columns.
 *
 * <p>H2 finds that part by equations, and by nothing else; it may take a narrower index and sort
 * each time, so the index is named. PostgreSQL takes equations as leave to read any index that
 * begins with the key, the primary key above all: then it passes over the rows of everybody else,
 * which takes a second where an account's rows come after a million others. A comparison of whole
 * rows leaves it no choice.
 *
 * @param hint to stand behind the table's alias; begins with a blank, or is empty
 * @param condition for these parameters: the values of the first columns, the key behind which, the
 *     values once more, the last key
 */
public record IndexRange(String hint, String condition) {

  /** For the product behind the connection. */
  public static IndexRange of(
      Connection connection, String index, String key, String... firstColumns) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    String columns = String.join(", ", firstColumns);
    if (product.equals("PostgreSQL")) {
      String marks = String.join(", ", Collections.nCopies(firstColumns.length + 1, "?"));
      return new IndexRange(
          "", "(%1$s, %2$s) > (%3$s) and (%1$s, %2$s) <= (%3$s)".formatted(columns, key, marks));
    }
    String equations =
        Arrays.stream(firstColumns)
            .map(column -> column + " = ?")
            .collect(Collectors.joining(" and "));
    return new IndexRange(
        " use index (%s)".formatted(index),
        "%1$s and %2$s > ? and %1$s and %2$s <= ?".formatted(equations, key));
  }
}
