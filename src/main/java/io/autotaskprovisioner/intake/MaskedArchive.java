package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The copy of a file that is kept: in the same format, its secrets masked. What could not be parsed
 * cannot be masked, so a note stands in its place. Not thread-safe.
 */
final class MaskedArchive implements Closeable {

  private final AtomicFile file;
  private final Writer writer;
  private final FileFormat format;
  private final @Nullable CsvRows rows;
  private boolean begun;

  private MaskedArchive(
      AtomicFile file, FileFormat format, @Nullable CsvHeader header, char delimiter)
      throws IOException {
    this.file = file;
    this.writer = file.writer();
    this.format = format;
    this.rows = format == FileFormat.CSV ? new CsvRows(writer, delimiter) : null;
    if (rows != null && header != null) {
      rows.write(header.names());
    }
  }

  /** Begins the copy that will lie at the target. */
  static MaskedArchive create(
      Path target, String process, FileFormat format, @Nullable CsvHeader header, char delimiter)
      throws IOException {
    AtomicFile file = AtomicFile.create(target, process);
    try {
      return new MaskedArchive(file, format, header, delimiter);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  void add(MaskedRecord record) throws IOException {
    if (rows != null && record.cells() != null) {
      rows.write(record.cells());
    } else {
      addJson(record.json());
    }
  }

  /** Stands for a record that could not be parsed, or for the rest of a broken file. */
  void addNote(String note) throws IOException {
    if (rows != null) {
      rows.write(List.of("# " + note));
    } else {
      addJson(JsonNodeFactory.instance.objectNode().put("unreadable", note).toString());
    }
  }

  private void addJson(String json) throws IOException {
    if (format == FileFormat.JSON) {
      writer.write(begun ? ",\n" : "[\n");
    }
    writer.write(json);
    if (format == FileFormat.NDJSON) {
      writer.write('\n');
    }
    begun = true;
  }

  /** Puts the copy in its place. */
  void commit() throws IOException {
    if (rows != null) {
      rows.flush();
    }
    if (format == FileFormat.JSON) {
      writer.write(begun ? "\n]\n" : "[]\n");
    }
    file.commit();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
