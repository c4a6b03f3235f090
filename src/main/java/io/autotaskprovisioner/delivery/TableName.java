package io.autotaskprovisioner.delivery;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The name of a table as a statement may hold it.
 *
 * @param quoted each part in the product's quotes
 */
record TableName(String quoted) {

  private static final Pattern WRITTEN =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}(\\.[A-Za-z_][A-Za-z0-9_]{0,62})?");

  /** Whether a setting may name a table so; nothing that passes can end a statement. */
  static boolean isOne(String written) {
    return WRITTEN.matcher(written).matches();
  }

  /**
   * Quotes the name, so that words such as {@code order} are names too. The product folds the case
   * of unquoted names; folding likewise lets one write it here as in an unquoted statement.
   *
   * @throws IllegalArgumentException unless {@link #isOne}
   */
  static TableName of(String written, DatabaseMetaData product) throws SQLException {
    if (!isOne(written)) {
      throw new IllegalArgumentException("Not the name of a table");
    }
    String folded = written;
    if (product.storesUpperCaseIdentifiers()) {
      folded = written.toUpperCase(Locale.ROOT);
    } else if (product.storesLowerCaseIdentifiers()) {
      folded = written.toLowerCase(Locale.ROOT);
    }
    // A space means that the product has no quotes.
    String quote = product.getIdentifierQuoteString().strip();
    return new TableName(
        Arrays.stream(folded.split("\\."))
            .map(part -> quote + part + quote)
            .collect(Collectors.joining(".")));
  }
}
