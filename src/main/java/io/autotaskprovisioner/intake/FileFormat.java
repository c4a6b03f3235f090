package io.autotaskprovisioner.intake;

import java.util.Locale;
import java.util.Optional;

/** The formats that files of requests come in, told by the file name's extension. */
public enum FileFormat {
  /** One object, or an array of objects. */
  JSON,
  /** One object a line. */
  NDJSON,
  /** A header and one record a row. */
  CSV;

  /** Empty where the name has none of the extensions json, ndjson, jsonl and csv, in any case. */
  public static Optional<FileFormat> ofName(String fileName) {
    String extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (extension) {
      case "json" -> Optional.of(JSON);
      case "ndjson", "jsonl" -> Optional.of(NDJSON);
      case "csv" -> Optional.of(CSV);
      default -> Optional.empty();
    };
  }
}
