package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.BatchStatus;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.FileLease;
import io.autotaskprovisioner.journal.FileLeases;
import io.autotaskprovisioner.journal.LeaseLostException;
import io.autotaskprovisioner.storage.StorageException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder whose files are taken, one at a time: {@link #open}, then every chunk to the journal,
 * then {@link #finish}; {@link #failed} instead where something went wrong. Thread-safe.
 *
 * <p>A file leaves the folder only after all its records are in the journal, so that a crash at any
 * point leaves it there and the next reading goes on behind the last record that was taken.
 */
public final class FileDoor {

  private static final Logger LOG = LoggerFactory.getLogger(FileDoor.class);

  private final BatchOfFile batchOfFile;
  private final SharedFolder folder;
  private final FileLeases leases;
  private final Charset charset;
  private final int chunkSize;
  private final Batches batches;
  private final RecordReaders readers;
  private final RequestNormalizer normalizer;
  private final SecretMask mask;
  private final DropReadiness readiness;
  private final Departure departure;
  private final BooleanSupplier stopping;
  private final Map<Path, String> told = new ConcurrentHashMap<>();

  FileDoor(
      BatchOfFile batchOfFile,
      SharedFolder folder,
      FileLeases leases,
      Charset charset,
      int chunkSize,
      Batches batches,
      RecordReaders readers,
      RequestNormalizer normalizer,
      SecretMask mask,
      DropReadiness readiness,
      Departure departure,
      BooleanSupplier stopping) {
    this.batchOfFile = batchOfFile;
    this.folder = folder;
    this.leases = leases;
    this.charset = charset;
    this.chunkSize = chunkSize;
    this.batches = batches;
    this.readers = readers;
    this.normalizer = normalizer;
    this.mask = mask;
    this.readiness = readiness;
    this.departure = departure;
    this.stopping = stopping;
  }

  /**
   * Begins or goes on to read the file.
   *
   * @param opened hears of its batch before anything of it is read
   * @return its records in chunks; none where the file cannot be read, which {@link #finish} tells.
   *     Null where it is to be left alone for now, also since another node reads it
   */
  @Nullable FileReading open(File dropped, Consumer<Batch> opened) throws IOException {
    Path file = dropped.toPath().toAbsolutePath().normalize();
    if (!readiness.isReady(file)) {
      if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
        LOG.info("{} vanished before it was opened; nothing of it was read", file);
      }
      return null;
    }
    String name = String.valueOf(file.getFileName());
    FileFormat format =
        FileFormat.ofName(name)
            .orElseThrow(() -> new IllegalStateException("No format is known for " + name));
    FileLease lease = leases.claim(folder.id(), name).orElse(null);
    if (lease == null) {
      return null;
    }
    FileReading reading = null;
    try {
      // Another node may have read it while this one listed the folder.
      reading = Files.exists(file) ? open(file, format, lease, opened) : null;
      return reading;
    } finally {
      if (reading == null) {
        leases.release(lease);
      }
    }
  }

  private @Nullable FileReading open(
      Path file, FileFormat format, FileLease lease, Consumer<Batch> opened) throws IOException {
    FileStamp stamp = FileStamp.of(file);
    TextInspection inspection = TextInspection.of(file, charset);
    Batch batch = batchOfFile.of(file, format, inspection, lease);
    if (batch == null) {
      return null;
    }
    OpenedFile content = OpenedFile.open(file, format, inspection, readers);
    try {
      FileReading reading =
          new FileReading(
              file,
              stamp,
              batch,
              content,
              content.problem() == null ? departure.archive(batch, content, format) : null,
              normalizer,
              mask,
              chunkSize,
              lease,
              () -> stopping.getAsBoolean() || !leases.isHeld(lease),
              () -> isCancelled(batch.id()));
      opened.accept(batch);
      noteColumns(reading);
      if (batch.recordsRead() > 0) {
        LOG.info("Batch {}: {} goes on behind record {}", batch.id(), file, batch.recordsRead());
      }
      return reading;
    } catch (IOException | RuntimeException e) {
      content.close();
      throw e;
    }
  }

  private boolean isCancelled(long batchId) {
    return batches
        .find(batchId)
        .map(batch -> batch.status() == BatchStatus.CANCELLED)
        .orElse(false);
  }

  private void noteColumns(FileReading reading) {
    String columns = reading.columnsJson();
    if (columns != null && reading.batch().columnsJson() == null) {
      batches.columns(reading.batch().id(), columns);
    }
  }

  /** Every chunk is in the journal: lets the file leave the folder. */
  void finish(@Nullable FileReading reading) throws IOException {
    if (reading == null || reading.isStopped()) {
      return;
    }
    Path file = reading.file();
    long batchId = reading.batch().id();
    leases.require(reading.lease());
    if (!FileStamp.of(file).equals(reading.stamp())) {
      batches.readingEnded(
          batchId,
          reading.lease(),
          "The file was changed while it was read; it is read again as a batch of its own.");
      LOG.warn("Batch {}: {} was changed while it was read and is read again", batchId, file);
    } else if (reading.problem() != null) {
      LOG.warn(
          "Batch {}: {} was not read to its end and {}: {}",
          batchId,
          file,
          departure.refuse(reading, reading.problem()),
          reading.problem());
    } else {
      departure.leave(reading);
      LOG.info(
          "Batch {}: {} is in the journal with {} records, of which {} could not be read",
          batchId,
          file,
          reading.read(),
          reading.unreadable());
    }
    readiness.done(file);
    told.remove(file);
  }

  /** Something went wrong on our side: the file stays and is tried again later. */
  void failed(Path path, Exception failure) {
    Path file = path.toAbsolutePath().normalize();
    if (isCausedBy(failure, NoSuchFileException.class) && !Files.exists(file)) {
      readiness.done(file);
      LOG.info("{} vanished before it was read to its end", file);
      return;
    }
    if (isCausedBy(failure, LeaseLostException.class)) {
      LOG.info("Another node reads {}, since this one stalled", file);
      return;
    }
    boolean ours = isCausedBy(failure, StorageException.class);
    Duration delay = ours ? readiness.pauseAll() : readiness.pause(file);
    if (told.size() > 1_000) {
      told.clear();
    }
    String cause = rootCause(failure);
    if (!cause.equals(told.put(file, cause))) {
      LOG.warn(
          "{} cannot be read into the journal now, stays and is tried again in {} s and later: {}",
          file,
          delay.toSeconds(),
          cause,
          isExpected(failure) ? null : failure);
    }
  }

  /** Closes what the reading holds open and lets others have the file, however it ended. */
  void close(FileReading reading) throws IOException {
    try {
      reading.release();
    } finally {
      leases.release(reading.lease());
    }
  }

  /** Ends what a dead node, or the database, has left half done in the folder. */
  void recover() throws IOException {
    // Gives a folder that was made anew its identity back, before another node starts in it.
    folder.id();
    departure.recover();
  }

  private static boolean isExpected(Throwable failure) {
    return isCausedBy(failure, StorageException.class)
        || isCausedBy(failure, FileSystemException.class);
  }

  private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  private static String rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof StorageException)) {
      cause = cause.getCause();
    }
    return cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }
}
