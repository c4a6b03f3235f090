package io.autotaskprovisioner.intake;

/**
 * Tells where a CSV row ends: a line break inside quotes belongs to the row. Reads the quotes as
 * Jackson's CSV parser does, which then splits the row into cells.
 *
 * <p>Jackson alone would take everything behind a quote that is never closed into one cell, and the
 * good rows with it.
 */
final class CsvRowScan {

  private enum State {
    CELL_START,
    PLAIN,
    QUOTED,
    QUOTE_IN_QUOTED,
    CLOSED
  }

  private final char delimiter;
  private State state = State.CELL_START;
  private boolean malformed;

  CsvRowScan(char delimiter) {
    this.delimiter = delimiter;
  }

  /** Goes over one more line of the row, without its end. */
  void line(String text) {
    for (int i = 0; i < text.length() && !malformed; i++) {
      state = after(text.charAt(i));
    }
    if (state == State.QUOTE_IN_QUOTED) {
      state = State.CLOSED;
    }
  }

  /** Whether the row goes on in the next line. */
  boolean isOpen() {
    return state == State.QUOTED && !malformed;
  }

  /** Whether text follows a closing quote. */
  boolean isMalformed() {
    return malformed;
  }

  private State after(char c) {
    switch (state) {
      case QUOTED:
        return c == '"' ? State.QUOTE_IN_QUOTED : State.QUOTED;
      case QUOTE_IN_QUOTED:
        if (c == '"') {
          return State.QUOTED;
        }
        return afterClosing(c);
      case CLOSED:
        return afterClosing(c);
      case PLAIN:
        return c == delimiter ? State.CELL_START : State.PLAIN;
      default:
        if (c == delimiter || c == ' ' || c == '\t') {
          return State.CELL_START;
        }
        return c == '"' ? State.QUOTED : State.PLAIN;
    }
  }

  private State afterClosing(char c) {
    if (c == delimiter) {
      return State.CELL_START;
    }
    malformed = c != ' ' && c != '\t';
    return State.CLOSED;
  }
}
