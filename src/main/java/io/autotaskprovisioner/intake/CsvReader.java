package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.autotaskprovisioner.element.ElementCatalogue;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a header and one record a row. The delimiter, {@code ,}, {@code ;} or a tab, is the one
 * that stands most often in the header. Blank lines and rows of empty cells are passed over. A row
 * that is cut wrongly by a quote fails with its first line alone, and reading goes on at the next
 * line.
 */
final class CsvReader implements RecordReader {

  private static final CsvMapper MAPPER =
      CsvMapper.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build();
  private static final char[] DELIMITERS = {',', ';', '\t'};

  private final LineSource lines;
  private final SecretMask mask;
  private final int recordLimit;
  private final char delimiter;
  private final ObjectReader rows;
  private final CsvHeader header;
  private final Deque<LineSource.Line> pushedBack = new ArrayDeque<>();
  private long number;

  /**
   * Reads the header.
   *
   * @throws UnreadableFileException if it cannot be used
   */
  CsvReader(Reader reader, int recordLimit, ElementCatalogue catalogue, SecretMask mask)
      throws IOException {
    this.lines = new LineSource(reader, recordLimit);
    this.mask = mask;
    this.recordLimit = recordLimit;
    LineSource.Line first = nextFilledLine();
    if (first == null || first.isTooLong()) {
      throw new UnreadableFileException("The file has no header line.");
    }
    delimiter = delimiter(first.text());
    rows =
        MAPPER
            .readerFor(String[].class)
            .with(CsvSchema.emptySchema().withColumnSeparator(delimiter));
    Row row = row(first);
    List<String> cells = row.problem == null ? cells(row.text) : null;
    if (cells == null) {
      throw new UnreadableFileException("The quotes of the header line do not match.");
    }
    header = CsvHeader.of(cells, catalogue);
  }

  CsvHeader header() {
    return header;
  }

  char delimiter() {
    return delimiter;
  }

  @Override
  public @Nullable RawRecord next() throws IOException {
    for (LineSource.Line line = nextFilledLine(); line != null; line = nextFilledLine()) {
      RawRecord record = record(line, row(line));
      if (record != null) {
        number++;
        return record;
      }
    }
    return null;
  }

  /** Null for a row of empty cells, which spreadsheets leave behind. */
  private @Nullable RawRecord record(LineSource.Line first, Row row) {
    long next = number + 1;
    if (row.problem != null) {
      return RawRecord.unreadable(next, first.number(), row.problem);
    }
    List<String> cells = cells(row.text);
    if (cells == null) {
      return RawRecord.unreadable(next, first.number(), "Not a valid CSV row.");
    }
    if (cells.stream().allMatch(String::isBlank)) {
      return null;
    }
    int columns = header.size();
    if (cells.size() < columns) {
      return RawRecord.unreadable(
          next,
          first.number(),
          "The row has %d cells, the header has %d.".formatted(cells.size(), columns));
    }
    for (int i = 0; i < cells.size(); i++) {
      boolean named = i < columns && header.columns().get(i).target() != null;
      if (!named && !cells.get(i).isBlank()) {
        return RawRecord.unreadable(
            next,
            first.number(),
            "Cell %d has no column in the header, which has %d.".formatted(i + 1, columns));
      }
    }
    List<String> own = cells.subList(0, columns);
    if (header.isOfResultFile()) {
      own = own.stream().map(SafeCell::read).toList();
    }
    return new RawRecord(
        next, first.number(), header.record(own, mask), own, null, row.text.length());
  }

  private Row row(LineSource.Line first) throws IOException {
    if (first.isTooLong()) {
      return Row.failed(RawRecord.tooLong(recordLimit));
    }
    CsvRowScan scan = new CsvRowScan(delimiter);
    scan.line(first.text());
    StringBuilder text = new StringBuilder(first.text());
    String end = first.end();
    List<LineSource.Line> further = new ArrayList<>();
    while (scan.isOpen()) {
      LineSource.Line line = nextLine();
      if (line == null) {
        return cutWrongly(further);
      }
      further.add(line);
      if (line.isTooLong() || text.length() + line.text().length() > recordLimit) {
        return cutWrongly(further);
      }
      scan.line(line.text());
      text.append(end).append(line.text());
      end = line.end();
    }
    return scan.isMalformed() ? cutWrongly(further) : new Row(text.toString(), null);
  }

  private Row cutWrongly(List<LineSource.Line> further) {
    for (int i = further.size() - 1; i >= 0; i--) {
      pushedBack.addFirst(further.get(i));
    }
    return Row.failed(
        further.isEmpty()
            ? "A quote is not closed, or text follows a closing quote."
            : "A quote that opens in this line is not closed.");
  }

  private @Nullable List<String> cells(String row) {
    try (MappingIterator<String[]> parsed = rows.readValues(row)) {
      List<String> cells = Arrays.asList(parsed.nextValue());
      if (parsed.hasNextValue()) {
        return null;
      }
      return cells;
    } catch (JsonProcessingException e) {
      return null;
    } catch (IOException e) {
      throw new IllegalStateException("Reading from a string cannot fail", e);
    }
  }

  private LineSource.@Nullable Line nextFilledLine() throws IOException {
    LineSource.Line line = nextLine();
    while (line != null && line.isBlank()) {
      line = nextLine();
    }
    return line;
  }

  private LineSource.@Nullable Line nextLine() throws IOException {
    return pushedBack.isEmpty() ? lines.next() : pushedBack.removeFirst();
  }

  private static char delimiter(String headerLine) {
    char best = DELIMITERS[0];
    long most = 0;
    for (char candidate : DELIMITERS) {
      boolean quoted = false;
      long count = 0;
      for (int i = 0; i < headerLine.length(); i++) {
        char c = headerLine.charAt(i);
        quoted ^= c == '"';
        count += !quoted && c == candidate ? 1 : 0;
      }
      if (count > most) {
        best = candidate;
        most = count;
      }
    }
    return best;
  }

  /** The text of a row, or why it could not be told where it ends. */
  private record Row(String text, @Nullable String problem) {

    private static Row failed(String problem) {
      return new Row("", problem);
    }
  }
}
