package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.element.ElementCatalogue;
import java.io.IOException;
import java.io.Reader;

/** Opens the reader of each format. Thread-safe. */
final class RecordReaders {

  private final ElementCatalogue catalogue;
  private final SecretMask mask;
  private final int recordLimit;

  /**
   * @param recordLimit longest record, in characters; a longer one fails alone
   */
  RecordReaders(ElementCatalogue catalogue, SecretMask mask, int recordLimit) {
    this.catalogue = catalogue;
    this.mask = mask;
    this.recordLimit = recordLimit;
  }

  /**
   * Begins to read.
   *
   * @throws UnreadableFileException if the CSV header cannot be used
   */
  RecordReader open(FileFormat format, Reader reader) throws IOException {
    return switch (format) {
      case JSON -> new JsonReader(reader, recordLimit);
      case NDJSON -> new NdjsonReader(reader, recordLimit);
      case CSV -> new CsvReader(reader, recordLimit, catalogue, mask);
    };
  }
}
