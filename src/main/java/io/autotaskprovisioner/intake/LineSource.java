package io.autotaskprovisioner.intake;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/**
 * Cuts text into lines and never holds more of one than the limit. Ends are CR LF, LF and a lone
 * CR. Not thread-safe.
 */
final class LineSource {

  private static final int BUFFER_SIZE = 1 << 14;

  /**
   * @param number 1-based
   * @param text without its end; empty where the line is too long
   * @param end the characters that ended it; empty at the end of the file
   */
  record Line(long number, String text, String end, boolean isTooLong) {

    boolean isBlank() {
      return !isTooLong && text.isBlank();
    }
  }

  private final Reader reader;
  private final int limit;
  private final char[] buffer = new char[BUFFER_SIZE];
  private int position;
  private int filled;
  private long number;

  LineSource(Reader reader, int limit) {
    this.reader = reader;
    this.limit = limit;
  }

  /** The next line, or null at the end. */
  @Nullable Line next() throws IOException {
    if (!fill()) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    boolean tooLong = false;
    number++;
    while (fill()) {
      int start = position;
      while (position < filled && buffer[position] != '\n' && buffer[position] != '\r') {
        position++;
      }
      tooLong |= text.length() + position - start > limit;
      if (tooLong) {
        text.setLength(0);
      } else {
        text.append(buffer, start, position - start);
      }
      if (position < filled) {
        return new Line(number, text.toString(), lineEnd(), tooLong);
      }
    }
    return new Line(number, text.toString(), "", tooLong);
  }

  private String lineEnd() throws IOException {
    if (buffer[position++] == '\n') {
      return "\n";
    }
    if (fill() && buffer[position] == '\n') {
      position++;
      return "\r\n";
    }
    return "\r";
  }

  private boolean fill() throws IOException {
    while (position == filled) {
      filled = reader.read(buffer, 0, buffer.length);
      position = 0;
      if (filled < 0) {
        filled = 0;
        return false;
      }
    }
    return true;
  }
}
