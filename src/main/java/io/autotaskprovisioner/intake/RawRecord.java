package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record as a file holds it: its content, or why it has none.
 *
 * @param number 1-based place in the file
 * @param line 1-based line on which it begins
 * @param content what the normalizer reads; null where the record could not be parsed
 * @param cells the cells of a CSV row as written, in the header's order; null for other formats and
 *     where the row could not be parsed
 * @param problem why it could not be parsed, for people, quoting nothing of it; null where it could
 * @param length characters it took in the file
 */
record RawRecord(
    long number,
    long line,
    @Nullable JsonNode content,
    @Nullable List<String> cells,
    @Nullable String problem,
    int length) {

  static RawRecord unreadable(long number, long line, String problem) {
    return new RawRecord(number, line, null, null, problem, 0);
  }

  /** The problem of a record above the limit. */
  static String tooLong(int recordLimit) {
    return "Longer than %,d characters (setting intake.record-limit).".formatted(recordLimit);
  }

  @Override
  public String toString() {
    return "RawRecord[number=%d, line=%d, problem=%s]".formatted(number, line, problem);
  }
}
