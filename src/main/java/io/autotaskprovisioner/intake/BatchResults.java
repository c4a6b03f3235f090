package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.journal.Batch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the result files of batches lie. Thread-safe. */
public final class BatchResults {

  /** One of the three files. */
  public enum Kind {
    SUMMARY("summary.json", "application/json;charset=UTF-8"),
    FAILED("failed.csv", "text/csv;charset=UTF-8"),
    SUCCEEDED("succeeded.ndjson", "application/x-ndjson;charset=UTF-8");

    private final String ending;
    private final String mediaType;

    Kind(String ending, String mediaType) {
      this.ending = ending;
      this.mediaType = mediaType;
    }

    public String mediaType() {
      return mediaType;
    }

    /** The kind of that ending, such as {@code failed.csv}. */
    public static Optional<Kind> ofEnding(String ending) {
      for (Kind kind : values()) {
        if (kind.ending.equals(ending)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  private final Path folder;

  BatchResults(Path folder) {
    this.folder = folder;
  }

  /** What the file is called. */
  public String name(Batch batch, Kind kind) {
    return BatchFiles.fileName(batch) + "." + kind.ending;
  }

  /** The file; empty while it is not written, or where somebody took it away. */
  public Optional<Path> find(Batch batch, Kind kind) {
    return Optional.of(folder.resolve(name(batch, kind))).filter(Files::isRegularFile);
  }
}
