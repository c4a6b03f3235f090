package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.FileLease;
import io.autotaskprovisioner.journal.FileLeases;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the reading of files that a crash cut off and that are gone, or were edited, since: nothing
 * else would ever go on with them, and their batches would never finish. Not thread-safe.
 *
 * <p>Our choice: only a reading that stood still for five minutes, so that somebody who has moved a
 * file away for a moment has time to put it back. Those of folders that only another node sees are
 * left to it, uploads above all: what their senders were promised may lie there.
 */
final class AbandonedReadings {

  static final Duration STANDSTILL = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(AbandonedReadings.class);
  private static final int MAX_LOOKED_AT = 1_000;

  private record Seen(long recordsRead, Instant since) {}

  private final Map<Door, SharedFolder> folders;
  private final Uploads uploads;
  private final Charset charset;
  private final Batches batches;
  private final FileLeases leases;
  private final Clock clock;
  private Map<Long, Seen> seen = new HashMap<>();

  /**
   * @param folders where the files of each door lie; batches of other doors are left alone
   */
  AbandonedReadings(
      Map<Door, SharedFolder> folders,
      Uploads uploads,
      Charset charset,
      Batches batches,
      FileLeases leases,
      Clock clock) {
    this.folders = Map.copyOf(folders);
    this.uploads = uploads;
    this.charset = charset;
    this.batches = batches;
    this.leases = leases;
    this.clock = clock;
  }

  /** One look; a look that fails makes the waiting begin anew. */
  void end() throws IOException {
    Map<Long, Seen> earlier = seen;
    seen = new HashMap<>();
    Instant now = clock.instant();
    Map<Long, Seen> current = new HashMap<>();
    List<Batch> reading = new ArrayList<>();
    for (Map.Entry<Door, SharedFolder> folder : folders.entrySet()) {
      reading.addAll(batches.reading(folder.getKey(), folder.getValue().id(), MAX_LOOKED_AT));
    }
    for (Batch batch : reading) {
      Seen before = earlier.get(batch.id());
      if (before == null || before.recordsRead() != batch.recordsRead()) {
        current.put(batch.id(), new Seen(batch.recordsRead(), now));
      } else if (now.isBefore(before.since().plus(STANDSTILL))) {
        current.put(batch.id(), before);
      } else if (isThere(batch)) {
        current.put(batch.id(), new Seen(batch.recordsRead(), now));
      } else {
        end(batch);
      }
    }
    seen = current;
  }

  private boolean isThere(Batch batch) throws IOException {
    if (batch.door() == Door.UPLOAD) {
      return uploads.holds(batch.id());
    }
    Path file = fileOf(batch);
    return Files.isRegularFile(file)
        && TextInspection.of(file, charset).checksum().equals(batch.checksum());
  }

  private Path fileOf(Batch batch) {
    String name = batch.door() == Door.UPLOAD ? Uploads.fileName(batch) : batch.name();
    return folders.get(batch.door()).path().resolve(name);
  }

  private void end(Batch batch) throws IOException {
    Path file = fileOf(batch);
    String what = Files.exists(file) ? "was changed" : "is gone";
    String message =
        "The reading was cut off behind record %d and the file %s since; what was read is worked on."
            .formatted(batch.recordsRead(), what);
    Optional<FileLease> lease =
        leases.claim(folders.get(batch.door()).id(), String.valueOf(file.getFileName()));
    if (lease.isEmpty()) {
      return;
    }
    try {
      if (batches.resume(batch.id(), lease.get()).isPresent()) {
        batches.readingEnded(batch.id(), lease.get(), message);
        LOG.warn("Batch {}: {}", batch.id(), message);
      }
    } finally {
      leases.release(lease.get());
    }
  }
}
