package io.autotaskprovisioner.intake;

import java.util.regex.Pattern;

/**
 * Keeps a spreadsheet from running a cell of a result file as a formula (OWASP, "CSV Injection"),
 * without changing the value for us.
 *
 * <p>Our choice: a cell whose first character, behind any number of apostrophes, is {@code = + - @}
 * (in full width as well), a tab or the end of a line gets one more apostrophe in front when it is
 * written, and loses one when a result file is read. So every value comes back as it was; other
 * files are read as they stand.
 */
final class SafeCell {

  private static final Pattern FORMULA =
      Pattern.compile("'*[=+\\-@\\t\\r\\n\uFF1D\uFF0B\uFF0D\uFF20].*", Pattern.DOTALL);

  private SafeCell() {}

  static String written(String value) {
    return FORMULA.matcher(value).matches() ? "'" + value : value;
  }

  static String read(String cell) {
    return cell.startsWith("'") && FORMULA.matcher(cell).matches() ? cell.substring(1) : cell;
  }
}
