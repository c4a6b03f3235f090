package io.autotaskprovisioner.storage;

import io.autotaskprovisioner.setting.OwnerOnly;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of the H2 file, made while it is written to: one moment of the database, every commit that
 * was acknowledged before it in it. A copy has its name once it is whole and on the disk; before, a
 * hidden one. Only its owner can read it. One at a time; thread-safe.
 */
public final class Backups {

  private static final Logger LOG = LoggerFactory.getLogger(Backups.class);

  /** Our choice: copied in a second or so. Bytes. */
  private static final long SMALL = 32L << 20;

  /** Our choice: so much of the disk is left to the database, as uploads leave it. */
  private static final long SPARE_BYTES = 256L << 20;

  private static final String PREFIX = "autotask-provisioner-";
  private static final String SUFFIX = ".zip";
  private static final String UNFINISHED = ".tmp";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

  /** How far a copy is. */
  public enum State {
    RUNNING,
    DONE,
    FAILED
  }

  /**
   * A copy.
   *
   * @param file where it is, or will be
   * @param bytes its size; 0 unless it is done
   * @param message why it failed, and what to do; null unless so
   */
  public record Backup(String name, Path file, State state, long bytes, @Nullable String message) {}

  /** No copy can be made. The message says why and what to do instead. */
  public static final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  private final Database database;
  private final StorageSettings settings;
  private final Path folder;
  private final Clock clock;
  private final AtomicReference<@Nullable Backup> last = new AtomicReference<>();

  /**
   * @param folder where copies go; made when the first one is
   */
  public Backups(Database database, StorageSettings settings, Path folder, Clock clock) {
    this.database = database;
    this.settings = settings;
    this.folder = folder;
    this.clock = clock;
  }

  /** The folder that copies go to, absolute. */
  public Path folder() {
    return folder;
  }

  /**
   * Begins one; {@link #run} makes it.
   *
   * @throws RefusedException if the database is no file of ours, another copy is being made, or
   *     there is no room for it
   */
  public Backup begin() {
    Path source =
        settings
            .h2File()
            .orElseThrow(
                () ->
                    new RefusedException(
                        "The database is a PostgreSQL: back it up by pg_dump --format=custom, and keep the key ring apart from it."));
    Backup before = last.get();
    String name = PREFIX + TIME.format(Instant.now(clock)) + SUFFIX;
    Backup begun = new Backup(name, folder.resolve(name), State.RUNNING, 0, null);
    if (before != null && before.state() == State.RUNNING || !last.compareAndSet(before, begun)) {
      throw new RefusedException("Another backup is being made: wait for its end.");
    }
    try {
      OwnerOnly.createFolder(folder);
      requireRoom(source);
      removeUnfinished();
      return begun;
    } catch (IOException e) {
      throw refused(
          begun,
          "Setting backup.directory: %s cannot be written to (%s): give another folder or its rights to this user."
              .formatted(folder, e.getClass().getSimpleName()));
    }
  }

  private void requireRoom(Path source) throws IOException {
    long needed = Files.size(source) + SPARE_BYTES;
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < needed) {
      Backup begun = last.get();
      throw refused(
          begun,
          "Setting backup.directory: %s has %d MB free, and a backup needs up to %d: make room or give another folder."
              .formatted(folder, free >> 20, needed >> 20));
    }
  }

  private RefusedException refused(@Nullable Backup begun, String message) {
    if (begun != null) {
      last.set(new Backup(begun.name(), begun.file(), State.FAILED, 0, message));
    }
    return new RefusedException(message);
  }

  /** Makes the copy that was begun; how it ended says {@link #find}. Takes as long as it takes. */
  public void run(Backup begun) {
    Path unfinished = folder.resolve("." + begun.name() + UNFINISHED);
    try {
      OwnerOnly.createEmpty(unfinished);
      copy(unfinished);
      requireWhole(unfinished);
      force(unfinished, StandardOpenOption.WRITE);
      Files.move(unfinished, begun.file(), StandardCopyOption.ATOMIC_MOVE);
      force(folder, StandardOpenOption.READ);
      long bytes = Files.size(begun.file());
      last.set(new Backup(begun.name(), begun.file(), State.DONE, bytes, null));
      LOG.info("Backed the database up to {}, {} bytes", begun.file(), bytes);
    } catch (IOException | RuntimeException e) {
      String why =
          e.getCause() instanceof SQLException sql
              ? "SQLState " + sql.getSQLState() + ", error " + sql.getErrorCode()
              : e.getClass().getSimpleName();
      LOG.error("The backup {} failed ({})", begun.file(), why, e);
      deleteQuietly(unfinished);
      refused(
          begun,
          "The backup could not be written (%s): look at the log and at the free space of %s, then run it again."
              .formatted(why, folder));
    }
  }

  /**
   * H2 copies the file as of this moment and others write on behind it. What it stores first may be
   * a picture in the midst of somebody's transaction, as {@link WriteTurns} says; before a large
   * file is copied to its end that transaction has long been, and a small one is copied while
   * nobody writes.
   */
  private void copy(Path file) throws IOException {
    SqlWork<Void> backup =
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("backup to '%s'".formatted(file.toString().replace("'", "''")));
          }
          return null;
        };
    if (Files.size(settings.h2File().orElseThrow()) < SMALL) {
      database.transaction(backup);
    } else {
      database.query(backup);
    }
  }

  /** Reads it to its end: the checksums of the archive are right. */
  private static void requireWhole(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        ZipInputStream zip = new ZipInputStream(in)) {
      byte[] buffer = new byte[1 << 16];
      long bytes = 0;
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        for (int read = zip.read(buffer); read >= 0; read = zip.read(buffer)) {
          bytes += read;
        }
      }
      if (bytes == 0) {
        throw new IOException("empty");
      }
    }
  }

  /** The one that is being made or was made last by this process, or one that lies there. */
  public Optional<Backup> find(String name) {
    Backup known = last.get();
    if (known != null && known.name().equals(name)) {
      return Optional.of(known);
    }
    return list().stream().filter(backup -> backup.name().equals(name)).findFirst();
  }

  /** Those that lie in the folder, with the one that is being made; newest first. */
  public List<Backup> list() {
    List<Backup> backups = new ArrayList<>();
    Backup known = last.get();
    if (known != null && known.state() != State.DONE) {
      backups.add(known);
    }
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
        for (Path file : files) {
          backups.add(
              new Backup(file.getFileName().toString(), file, State.DONE, Files.size(file), null));
        }
      } catch (IOException e) {
        throw new StorageException("The backups cannot be listed", e, false);
      }
    }
    backups.sort(Comparator.comparing(Backup::name).reversed());
    return backups;
  }

  /** What a process that died left behind. */
  private void removeUnfinished() throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, "." + PREFIX + "*" + SUFFIX + UNFINISHED)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void force(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("{} cannot be removed; remove it", file);
    }
  }
}
