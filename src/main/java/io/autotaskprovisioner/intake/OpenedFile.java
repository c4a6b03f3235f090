package io.autotaskprovisioner.intake;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file whose reading begins, or the reason why it cannot.
 *
 * @param reader null where there is a problem
 * @param problem why nothing can be read, for people; null where it can
 */
record OpenedFile(@Nullable InputStream in, @Nullable RecordReader reader, @Nullable String problem)
    implements Closeable {

  static OpenedFile open(
      Path file, FileFormat format, TextInspection inspection, RecordReaders readers)
      throws IOException {
    if (inspection.problem() != null) {
      return new OpenedFile(null, null, inspection.problem());
    }
    InputStream in = Files.newInputStream(file);
    try {
      Reader text = inspection.open(in);
      return new OpenedFile(in, readers.open(format, text), null);
    } catch (UnreadableFileException e) {
      in.close();
      return new OpenedFile(null, null, e.getMessage());
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** The CSV header; null for other formats. */
  @Nullable CsvHeader header() {
    return reader instanceof CsvReader csv ? csv.header() : null;
  }

  /** What separates the cells; a comma where there are none. */
  char delimiter() {
    return reader instanceof CsvReader csv ? csv.delimiter() : ',';
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
    }
  }
}
