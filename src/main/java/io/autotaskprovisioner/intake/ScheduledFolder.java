package io.autotaskprovisioner.intake;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The folder whose files are taken when a schedule says so. What may be read, and when, is the same
 * as in the drop folder. Thread-safe.
 */
public final class ScheduledFolder {

  /** Our choice: so much longer than the minimum age a file may go on changing. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  private final Path folder;
  private final DropReadiness readiness;
  private final Duration minimumAge;
  private final Duration lease;

  /**
   * @param lease after which a file that a dead node has read may be read
   */
  ScheduledFolder(Path folder, DropReadiness readiness, Duration minimumAge, Duration lease) {
    this.folder = folder;
    this.readiness = readiness;
    this.minimumAge = minimumAge;
    this.lease = lease;
  }

  /** The request files that are there now, by name; looking at them begins with this. */
  public List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (!name.startsWith(".") && FileFormat.ofName(name).isPresent()) {
          files.add(entry.toAbsolutePath().normalize());
        }
      }
    }
    Collections.sort(files);
    files.forEach(readiness::isReady);
    return files;
  }

  /** Whether the file may be read now. */
  public boolean isReady(Path file) {
    return readiness.isReady(file);
  }

  /** How long to wait for a file that another node reads, which may be dead. */
  public Duration patienceWithReaders() {
    return lease.plus(SLACK);
  }

  /** How long to wait for a file to stand still before it is left for the next time. */
  public Duration patience() {
    return minimumAge.plus(SLACK);
  }
}
