package io.autotaskprovisioner.intake;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** Reads one JSON object a line; blank lines are passed over. */
final class NdjsonReader implements RecordReader {

  private final LineSource lines;
  private final RecordJson json;
  private final int recordLimit;
  private long number;

  NdjsonReader(Reader reader, int recordLimit) {
    this.lines = new LineSource(reader, recordLimit);
    this.json = new RecordJson(recordLimit);
    this.recordLimit = recordLimit;
  }

  @Override
  public @Nullable RawRecord next() throws IOException {
    LineSource.Line line = lines.next();
    while (line != null && line.isBlank()) {
      line = lines.next();
    }
    if (line == null) {
      return null;
    }
    number++;
    return line.isTooLong()
        ? RawRecord.unreadable(number, line.number(), RawRecord.tooLong(recordLimit))
        : json.record(number, line.number(), 1, line.text());
  }
}
