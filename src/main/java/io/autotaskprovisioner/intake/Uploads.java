package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.intake.UploadRefusedException.Reason;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.BatchStatus;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.Batches.NewBatch;
import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.FileLease;
import io.autotaskprovisioner.journal.FileLeases;
import io.autotaskprovisioner.journal.LeaseLostException;
import io.autotaskprovisioner.storage.StorageException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of uploads. A file is spooled as {@code .<random>.part}, renamed to {@code
 * .<batch>.<extension>} when all of it is on the disk, and to {@code <batch>.<extension>} when its
 * batch is in the database: from then on the door of the folder reads it as a dropped one, however
 * often the program ends in between. Thread-safe.
 */
public final class Uploads {

  private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
  private static final Pattern FILE = Pattern.compile("\\.?(\\d{1,18})\\.(csv|json|ndjson)");

  /**
   * Our choice: by then a server has carried out, or dropped, a commit whose caller was cut off.
   */
  private static final Duration SETTLING = Duration.ofSeconds(5);

  private final Path folder;
  private final SharedFolder shared;
  private final SharedFolder results;
  private final String process;
  private final FileLeases leases;
  private final Charset charset;
  private final long maxSize;
  private final LongSupplier room;
  private final Batches batches;
  private final RecordReaders readers;

  /** Held on to, each since when nobody knows whether its batch is in the database. */
  private final Map<FileLease, Long> unsettled = new ConcurrentHashMap<>();

  /**
   * @param folder may be seen by several nodes
   * @param results where result files are to lie
   * @param process of this node, by a name that no other has
   * @param maxSize bytes
   * @param room bytes that the folder's disk has free
   */
  Uploads(
      SharedFolder folder,
      SharedFolder results,
      String process,
      FileLeases leases,
      Charset charset,
      long maxSize,
      LongSupplier room,
      Batches batches,
      RecordReaders readers) {
    this.folder = folder.path();
    this.shared = folder;
    this.results = results;
    this.process = process;
    this.leases = leases;
    this.charset = charset;
    this.maxSize = maxSize;
    this.room = room;
    this.batches = batches;
    this.readers = readers;
  }

  /**
   * Begins to spool.
   *
   * @param name fit for a file name; ends in an extension of the format
   * @param announcedSize bytes to come; 0 where that is not known
   * @throws UploadRefusedException if it will be too large, or the disk is too full
   */
  public Spool begin(String name, FileFormat format, long announcedSize) {
    Spool.requireSize(announcedSize, maxSize);
    Spool.requireRoom(announcedSize, room);
    try {
      return new Spool(
          name,
          format,
          folder.resolve(".%s.%s.part".formatted(UUID.randomUUID(), process)),
          maxSize,
          room);
    } catch (IOException e) {
      throw Spool.notStored(e);
    }
  }

  /**
   * Makes the upload durable and looks whether it can be read at all.
   *
   * @return its checksum
   * @throws UploadRefusedException if it is no text in the expected character set, is empty, or has
   *     a header that cannot be used
   */
  public String check(Spool spool) {
    try {
      spool.force();
      TextInspection inspection = TextInspection.of(spool.file(), charset);
      try (OpenedFile opened = OpenedFile.open(spool.file(), spool.format(), inspection, readers)) {
        if (opened.problem() != null) {
          throw new UploadRefusedException(Reason.UNREADABLE, opened.problem());
        }
      }
      return inspection.checksum();
    } catch (IOException e) {
      throw Spool.notStored(e);
    }
  }

  /**
   * Begins the batch of an upload that was checked. Once this returns it is read to its end, by
   * this process, the one after it or another node that sees the folder.
   *
   * @param beginning is in the transaction that begins it
   * @throws UploadRefusedException if the disk fails, or this node stalled for so long that another
   *     has removed the file
   */
  public Batch take(long accountId, Spool spool, String checksum, Batches.Beginning beginning) {
    long id = batches.nextId();
    String fileName = id + "." + extension(spool.format());
    try {
      // Nobody else has drawn this id.
      FileLease lease = leases.claim(shared.id(), fileName).orElseThrow();
      try {
        return take(accountId, spool, checksum, id, lease, beginning);
      } finally {
        if (!unsettled.containsKey(lease)) {
          leases.release(lease);
        }
      }
    } catch (LeaseLostException e) {
      throw Spool.notStored(new IOException(e));
    } catch (IOException e) {
      throw Spool.notStored(e);
    }
  }

  private Batch take(
      long accountId,
      Spool spool,
      String checksum,
      long id,
      FileLease lease,
      Batches.Beginning beginning)
      throws IOException {
    String fileName = lease.name();
    Path hidden = folder.resolve("." + fileName);
    String name = spool.name();
    NewBatch newBatch =
        new NewBatch(
            accountId,
            Door.UPLOAD,
            name,
            name.substring(0, name.lastIndexOf('.')),
            checksum,
            spool.size(),
            spool.format().name(),
            lease.folder(),
            results.knownId());
    Files.move(spool.file(), hidden, StandardCopyOption.ATOMIC_MOVE);
    AtomicFile.syncFolder(folder);
    Batch batch = begin(id, newBatch, beginning, hidden, lease);
    spool.taken();
    try {
      Files.move(hidden, folder.resolve(fileName), StandardCopyOption.ATOMIC_MOVE);
      AtomicFile.syncFolder(folder);
    } catch (IOException e) {
      // It is taken in for all that: recover() does the rest, or has done so on another node.
      LOG.debug("Upload {} is not renamed yet", hidden, e);
    }
    LOG.info("Batch {}: an upload of {} bytes is taken in", id, spool.size());
    return batch;
  }

  private Batch begin(
      long id, NewBatch newBatch, Batches.Beginning beginning, Path hidden, FileLease lease)
      throws IOException {
    try {
      return batches.begin(id, newBatch, beginning, lease);
    } catch (RuntimeException e) {
      if (!(e instanceof StorageException failure && failure.outcomeUnknown())) {
        Files.deleteIfExists(hidden);
        throw e;
      }
      // While nobody knows whether the batch is there, its file waits for recover().
      unsettled.put(lease, System.nanoTime());
      Batch begun = batches.find(id).orElseThrow(() -> e);
      unsettled.remove(lease);
      return begun;
    }
  }

  /** The batch of a file of the folder; null where there is nothing to read in it any more. */
  @Nullable Batch batchOf(Path file, FileLease lease) throws IOException {
    Matcher name = FILE.matcher(String.valueOf(file.getFileName()));
    if (!name.matches()) {
      return null;
    }
    Optional<Batch> batch = batches.resume(Long.parseLong(name.group(1)), lease);
    if (batch.isPresent() && batch.get().status() != BatchStatus.CANCELLED) {
      return batch.get();
    }
    LOG.info("Upload {} has been read, or cancelled, and is removed", file.getFileName());
    Files.deleteIfExists(file);
    return null;
  }

  /** What the file of the batch is called once it is taken in. */
  static String fileName(Batch batch) {
    return batch.id() + "." + extension(FileFormat.valueOf(batch.format()));
  }

  /** Whether the file of the batch lies there, taken in or about to be. */
  boolean holds(long batchId) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + batchId + ".*")) {
      for (Path file : files) {
        Matcher name = FILE.matcher(String.valueOf(file.getFileName()));
        if (name.matches() && Long.parseLong(name.group(1)) == batchId) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Ends what a crash interrupted, on whichever node: uploads that were not told of are removed.
   * What a living node is at is left to it, and so is for a while what the database left in doubt.
   */
  void recover() throws IOException {
    shared.id();
    settle();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*")) {
      for (Path file : files) {
        Matcher name = FILE.matcher(String.valueOf(file.getFileName()));
        if (name.matches()) {
          recover(file, Long.parseLong(name.group(1)));
        }
      }
    }
  }

  /** Lets others have what {@link #take} could not learn the end of, once it is over. */
  private void settle() {
    for (Map.Entry<FileLease, Long> doubt : unsettled.entrySet()) {
      if (System.nanoTime() - doubt.getValue() > SETTLING.toNanos()) {
        unsettled.remove(doubt.getKey());
        leases.release(doubt.getKey());
      }
    }
  }

  private void recover(Path file, long batchId) throws IOException {
    String fileName = String.valueOf(file.getFileName()).substring(1);
    Optional<FileLease> lease = leases.claim(shared.id(), fileName);
    if (lease.isEmpty()) {
      return;
    }
    try {
      if (batches.find(batchId).isEmpty()) {
        Files.deleteIfExists(file);
      } else if (Files.exists(file)) {
        Files.move(file, folder.resolve(fileName));
      }
    } catch (NoSuchFileException gone) {
      // somebody took it away
    } finally {
      leases.release(lease.get());
    }
  }

  private static String extension(FileFormat format) {
    return switch (format) {
      case CSV -> "csv";
      case JSON -> "json";
      case NDJSON -> "ndjson";
    };
  }
}
