package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.FileLease;
import io.autotaskprovisioner.journal.FileLeases;
import io.autotaskprovisioner.journal.LeaseLostException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
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
 * the batch is told that its reading ended, the file is deleted. A file that cannot be read, or not
 * to its end, is renamed to {@code .refused-<batch>-<name>}, and after its batch was told to {@code
 * <name>.refused} in the folder that it was dropped into: nothing else holds its content, and a
 * copy elsewhere would hold its secrets. A crash before the first rename reads the file again,
 * where every record is passed over; one after it is made up for by {@link #recover}.
 *
 * <p>No database fences a rename. A node that stalls just before one may find a new file under the
 * name, which another node has left free meanwhile: that is seen by its stamp and put back, or by
 * its checksum where the node dies before it can do so.
 */
final class Departure {

  private static final Logger LOG = LoggerFactory.getLogger(Departure.class);
  private static final String READ = ".read-";
  private static final String UNREADABLE = ".refused-";
  private static final Pattern LEAVING =
      Pattern.compile("(\\.read-|\\.refused-)(\\d{1,18})-(.*)", Pattern.DOTALL);
  private static final String REFUSED = ".refused";

  /** Of a file that was found unreadable by a process that died before it could say why. */
  private static final String CUT_SHORT =
      "The file could not be read to its end; dropped again, it tells why.";

  private final SharedFolder folder;
  private final @Nullable Path archive;
  private final String process;
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
      String process,
      Batches batches,
      FileLeases leases,
      Charset charset,
      boolean keepsRefused) {
    this.folder = folder;
    this.archive = archive;
    this.process = process;
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
    return MaskedArchive.create(target, process, format, opened.header(), opened.delimiter());
  }

  /**
   * The file is read to its end and every record is in the journal.
   *
   * @throws io.autotaskprovisioner.journal.LeaseLostException if another process reads it by now
   */
  void leave(FileReading reading) throws IOException {
    Path file = reading.file();
    commitArchive(reading);
    Path read = rename(reading, READ);
    // Should that fail, the file waits under its name for recover(), which asks the database.
    batches.readingEnded(reading.batch().id(), reading.lease(), null);
    Files.deleteIfExists(read);
    Files.deleteIfExists(DropReadiness.markerOf(file));
  }

  /**
   * The file cannot be read to its end.
   *
   * @param problem why
   * @return what became of it
   * @throws io.autotaskprovisioner.journal.LeaseLostException if another process reads it by now
   */
  String refuse(FileReading reading, String problem) throws IOException {
    Path file = reading.file();
    if (reading.read() > 0) {
      commitArchive(reading);
    }
    if (!keepsRefused) {
      batches.readingEnded(reading.batch().id(), reading.lease(), problem);
      Files.deleteIfExists(file);
      return "is removed";
    }
    Path unreadable = rename(reading, UNREADABLE);
    batches.readingEnded(reading.batch().id(), reading.lease(), problem);
    Path refused = refuse(unreadable, reading.batch().id(), file);
    Files.deleteIfExists(DropReadiness.markerOf(file));
    return "stays as " + refused.getFileName();
  }

  private static Path refuse(Path unreadable, long batchId, Path original) throws IOException {
    Path refused = original.resolveSibling(original.getFileName() + REFUSED);
    if (Files.exists(refused)) {
      refused =
          original.resolveSibling("%s.%d%s".formatted(original.getFileName(), batchId, REFUSED));
    }
    return Files.move(unreadable, refused);
  }

  /** Takes the file, and no other of its name, out of everybody's sight. */
  private Path rename(FileReading reading, String prefix) throws IOException {
    Path file = reading.file();
    Path leaving =
        file.resolveSibling("%s%d-%s".formatted(prefix, reading.batch().id(), file.getFileName()));
    leases.require(reading.lease());
    Files.move(file, leaving, StandardCopyOption.ATOMIC_MOVE);
    if (!FileStamp.of(leaving).equals(reading.stamp())) {
      // not REPLACE_EXISTING: yet another file of the name may have been dropped meanwhile
      Files.move(leaving, file);
      throw new IOException("The file was changed at the last moment");
    }
    AtomicFile.syncFolder(folder.path());
    return leaving;
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
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.path(), ".re*-*")) {
      for (Path file : files) {
        Matcher name = LEAVING.matcher(String.valueOf(file.getFileName()));
        if (name.matches()) {
          recover(
              file, name.group(1).equals(UNREADABLE), Long.parseLong(name.group(2)), name.group(3));
        }
      }
    }
  }

  private void recover(Path file, boolean unreadable, long batchId, String name)
      throws IOException {
    Optional<FileLease> lease = leases.claim(folder.id(), name);
    if (lease.isEmpty()) {
      return;
    }
    try {
      if (Files.exists(file)) {
        recover(file, unreadable, batchId, file.resolveSibling(name), lease.get());
      }
    } catch (NoSuchFileException gone) {
      // somebody took it away
    } catch (FileAlreadyExistsException e) {
      LOG.debug("{} is put back once the other file of its name is read", file);
    } catch (LeaseLostException e) {
      LOG.info("{}", e.getMessage());
    } finally {
      leases.release(lease.get());
    }
  }

  private void recover(Path file, boolean unreadable, long batchId, Path original, FileLease lease)
      throws IOException {
    Optional<Batch> batch = batches.find(batchId);
    if (batch.isEmpty()) {
      LOG.warn(
          "{} was read into another database than this one, which lacks batch {}: it is read again",
          file,
          batchId);
      Files.move(file, original);
      return;
    }
    if (!TextInspection.of(file, charset).checksum().equals(batch.get().checksum())) {
      // Changed at the last moment, or another one: what it holds now is a batch of its own.
      Files.move(file, original);
      return;
    }
    boolean reading = batches.resume(batchId, lease).isPresent();
    if (reading) {
      batches.readingEnded(batchId, lease, unreadable ? CUT_SHORT : null);
      LOG.info("Batch {}: its file had been read as far as it can be", batchId);
    }
    if (unreadable) {
      refuse(file, batchId, original);
    } else {
      Files.deleteIfExists(file);
    }
  }
}
