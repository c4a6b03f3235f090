package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.FileLease;
import io.autotaskprovisioner.journal.FileLeases;
import io.autotaskprovisioner.storage.StorageException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a file leaves the folder. Thread-safe.
 *
 * <p>The masked copy is put into the archive, the file is renamed to {@code .read-<batch>-<name>},
 * the batch is told that its reading ended, the file is deleted. A crash before the rename reads
 * the file again, where every record is passed over; one after it is made up for by {@link
 * #recover}.
 *
 * <p>A file that cannot be read, or not to its end, becomes {@code <name>.refused} in the folder
 * that it was dropped into: nothing else holds its content, and a copy elsewhere would hold its
 * secrets.
 */
final class Departure {

  private static final Logger LOG = LoggerFactory.getLogger(Departure.class);
  private static final Pattern READ = Pattern.compile("\\.read-(\\d{1,18})-(.*)", Pattern.DOTALL);
  private static final String REFUSED = ".refused";

  private final SharedFolder folder;
  private final @Nullable Path archive;
  private final String node;
  private final Batches batches;
  private final FileLeases leases;
  private final Charset charset;
  private final boolean keepsRefused;

  /**
   * @param archive null where files are deleted after reading
   * @param keepsRefused whether a file that cannot be read to its end stays; else it is deleted
   */
  Departure(
      SharedFolder folder,
      @Nullable Path archive,
      String node,
      Batches batches,
      FileLeases leases,
      Charset charset,
      boolean keepsRefused) {
    this.folder = folder;
    this.archive = archive;
    this.node = node;
    this.batches = batches;
    this.leases = leases;
    this.charset = charset;
    this.keepsRefused = keepsRefused;
  }

  /** Begins the masked copy; null where none is kept. */
  @Nullable MaskedArchive archive(Batch batch, OpenedFile opened, FileFormat format)
      throws IOException {
    if (archive == null) {
      return null;
    }
    String name = batch.name();
    int dot = name.lastIndexOf('.');
    Path target =
        archive.resolve(
            "%s.%d%s".formatted(name.substring(0, dot), batch.id(), name.substring(dot)));
    return MaskedArchive.create(target, node, format, opened.header(), opened.delimiter());
  }

  /** The file is read to its end and every record is in the journal. */
  void leave(FileReading reading) throws IOException {
    Path file = reading.file();
    commitArchive(reading);
    Path read =
        file.resolveSibling(".read-%d-%s".formatted(reading.batch().id(), file.getFileName()));
    Files.move(file, read, StandardCopyOption.ATOMIC_MOVE);
    boolean ended = false;
    boolean maybeEnded = false;
    try {
      if (!FileStamp.of(read).equals(reading.stamp())) {
        throw new IOException("The file was changed at the last moment");
      }
      AtomicFile.syncFolder(folder.path());
      batches.readingEnded(reading.batch().id(), reading.lease(), null);
      ended = true;
    } catch (StorageException e) {
      // Then the file waits under its name for recover(), which asks the database.
      maybeEnded = e.outcomeUnknown();
      throw e;
    } finally {
      if (!ended && !maybeEnded) {
        // not REPLACE_EXISTING: a new file of the name may have been dropped meanwhile
        Files.move(read, file);
      }
    }
    Files.deleteIfExists(read);
    Files.deleteIfExists(DropReadiness.markerOf(file));
  }

  /**
   * The file cannot be read to its end.
   *
   * @return what became of it
   */
  String refuse(FileReading reading) throws IOException {
    Path file = reading.file();
    if (reading.read() > 0) {
      commitArchive(reading);
    }
    if (!keepsRefused) {
      Files.delete(file);
      return "is removed";
    }
    Path refused = file.resolveSibling(file.getFileName() + REFUSED);
    if (Files.exists(refused)) {
      refused =
          file.resolveSibling(
              "%s.%d%s".formatted(file.getFileName(), reading.batch().id(), REFUSED));
    }
    Files.move(file, refused);
    Files.deleteIfExists(DropReadiness.markerOf(file));
    return "stays as " + refused.getFileName();
  }

  private static void commitArchive(FileReading reading) throws IOException {
    MaskedArchive copy = reading.archive();
    if (copy != null) {
      copy.commit();
    }
  }

  /**
   * Ends what a crash, or a commit of unknown outcome, interrupted behind the point where
   * everything was in the journal, on whichever node: what a living one is at is left to it.
   */
  void recover() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.path(), ".read-*")) {
      for (Path file : files) {
        Matcher name = READ.matcher(String.valueOf(file.getFileName()));
        if (name.matches()) {
          recover(file, Long.parseLong(name.group(1)), name.group(2));
        }
      }
    }
  }

  private void recover(Path file, long batchId, String name) throws IOException {
    Optional<FileLease> lease = leases.claim(folder.id(), name);
    if (lease.isEmpty()) {
      return;
    }
    try {
      if (Files.exists(file)) {
        recover(file, batchId, file.resolveSibling(name), lease.get());
      }
    } catch (NoSuchFileException gone) {
      // somebody took it away
    } finally {
      leases.release(lease.get());
    }
  }

  private void recover(Path file, long batchId, Path original, FileLease lease) throws IOException {
    Optional<Batch> batch = batches.find(batchId);
    if (batch.isEmpty()) {
      LOG.warn(
          "{} was read into another database than this one, which lacks batch {}: it is read again",
          file,
          batchId);
      Files.move(file, original);
      return;
    }
    if (batches.resume(batchId, lease).isPresent()) {
      if (!TextInspection.of(file, charset).checksum().equals(batch.get().checksum())) {
        // Changed at the last moment: what it holds now is read as a batch of its own.
        Files.move(file, original);
        return;
      }
      batches.readingEnded(batchId, lease, null);
      LOG.info("Batch {}: its file had been read to the end", batchId);
    }
    Files.deleteIfExists(file);
  }
}
