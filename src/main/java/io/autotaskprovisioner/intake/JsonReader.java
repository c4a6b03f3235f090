package io.autotaskprovisioner.intake;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object, several behind one another, or the elements of one array.
 *
 * <p>It cuts the text where a record's brackets close and leaves each piece to Jackson. One parser
 * over the whole file would end at the first value it does not like; this way a record that is too
 * long, too deep or misspelt fails alone, and only brackets or quotes that do not match end the
 * reading.
 */
final class JsonReader implements RecordReader {

  /** Far beyond what a record may have; brackets are remembered up to here. */
  private static final int MAX_BRACKETS = 10_000;

  private static final int END = -1;

  private final BufferedReader reader;
  private final RecordJson json;
  private final int recordLimit;
  private long line = 1;
  private int column;
  private int current;
  private boolean begun;
  private boolean inArray;
  private boolean ended;
  private long number;

  JsonReader(Reader reader, int recordLimit) {
    this.reader = new BufferedReader(reader);
    this.json = new RecordJson(recordLimit);
    this.recordLimit = recordLimit;
  }

  @Override
  public @Nullable RawRecord next() throws IOException {
    if (ended) {
      return null;
    }
    if (!begun) {
      begin();
    } else if (inArray && !comma()) {
      return null;
    }
    skipBlanks();
    if (!inArray && current == END) {
      ended = true;
      return null;
    }
    if (inArray && current == ']' && number == 0) {
      return end();
    }
    return element();
  }

  private void begin() throws IOException {
    begun = true;
    advance();
    skipBlanks();
    if (current == '[') {
      inArray = true;
      advance();
    }
  }

  /** Whether another element follows. */
  private boolean comma() throws IOException {
    skipBlanks();
    if (current == ']') {
      end();
      return false;
    }
    if (current != ',') {
      throw broken(current == END ? "the array is not closed" : "',' or ']' is expected here");
    }
    advance();
    return true;
  }

  private @Nullable RawRecord end() throws IOException {
    ended = true;
    advance();
    skipBlanks();
    if (current != END) {
      throw broken("something follows the end of the array");
    }
    return null;
  }

  private RawRecord element() throws IOException {
    if (current != '{' && current != '[' && !inArray) {
      throw broken("a JSON object or an array of objects must begin here");
    }
    long startLine = line;
    int startColumn = column;
    Piece piece = new Piece(recordLimit);
    if (current == '{' || current == '[') {
      copyBracketed(piece, startLine);
    } else {
      copyScalar(piece);
    }
    number++;
    return piece.tooLong
        ? RawRecord.unreadable(number, startLine, RawRecord.tooLong(recordLimit))
        : json.record(number, startLine, startColumn, piece.text.toString());
  }

  private void copyBracketed(Piece piece, long startLine) throws IOException {
    BitSet squareAt = new BitSet();
    int depth = 0;
    do {
      switch (current) {
        case END ->
            throw broken("the record that begins in line %d is not closed".formatted(startLine));
        case '"' -> copyString(piece, startLine);
        case '{', '[' -> {
          if (depth == MAX_BRACKETS) {
            throw broken("more than %,d brackets are open".formatted(MAX_BRACKETS));
          }
          squareAt.set(depth++, current == '[');
        }
        case '}', ']' -> {
          if (squareAt.get(--depth) != (current == ']')) {
            throw broken("a bracket closes that was not opened");
          }
        }
        default -> {
          // part of the record
        }
      }
      piece.add(current);
      advance();
    } while (depth > 0);
  }

  /** Copies up to the closing quote, which is then the current character. */
  private void copyString(Piece piece, long startLine) throws IOException {
    boolean escaped = false;
    do {
      piece.add(current);
      escaped = !escaped && current == '\\';
      advance();
      if (current == END) {
        throw broken(
            "a string in the record that begins in line %d is not closed".formatted(startLine));
      }
    } while (escaped || current != '"');
  }

  private void copyScalar(Piece piece) throws IOException {
    if (current == ',' || current == ']') {
      throw broken("a record is expected here");
    }
    while (current != ',' && current != ']' && current != END) {
      if (current == '"') {
        copyString(piece, line);
      }
      piece.add(current);
      advance();
    }
  }

  private void skipBlanks() throws IOException {
    while (current == ' ' || current == '\n' || current == '\r' || current == '\t') {
      advance();
    }
  }

  private void advance() throws IOException {
    if (current == '\n') {
      line++;
      column = 0;
    }
    current = reader.read();
    column++;
  }

  private UnreadableFileException broken(String what) {
    ended = true;
    return new UnreadableFileException(
        "The JSON breaks at line %d, column %d: %s.".formatted(line, column, what),
        "The %,d records before it were taken.".formatted(number));
  }

  /** The text of one record, up to the limit. */
  private static final class Piece {
    private final int limit;
    private final StringBuilder text = new StringBuilder();
    private boolean tooLong;

    private Piece(int limit) {
      this.limit = limit;
    }

    private void add(int character) {
      if (text.length() < limit) {
        text.append((char) character);
      } else {
        tooLong = true;
      }
    }
  }
}
