package io.autotaskprovisioner.setting;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files and folders that only their owner can read: 0600 and 0700 from the moment they exist, where
 * the file system has POSIX permissions; elsewhere the folder's inherited rights count. Stateless.
 */
public final class OwnerOnly {

  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");

  private OwnerOnly() {}

  /**
   * Makes the folder and its missing parents. A folder that was there keeps its permissions: it may
   * be shared on purpose.
   *
   * @throws IOException if it cannot be made, or is there and is no folder that can be written to
   */
  public static void createFolder(Path folder) throws IOException {
    Files.createDirectories(folder, attributes(folder, FOLDER));
    if (!Files.isWritable(folder)) {
      throw new IOException("no permission to write");
    }
  }

  /**
   * Makes an empty file unless it is there.
   *
   * @return whether this call made it
   */
  public static boolean createEmpty(Path file) throws IOException {
    try {
      Files.createFile(file, attributes(file, FILE));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /**
   * Makes a file with this content unless it is there. Whoever sees the file sees all of it, and it
   * is on the disk when this returns.
   *
   * @return whether this call made it; with several callers at once exactly one did
   */
  public static boolean create(Path file, byte[] content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path temporary =
        Files.createTempFile(
            folder, "." + file.getFileName() + ".", ".tmp", attributes(folder, FILE));
    try {
      write(temporary, content);
      publish(temporary, file);
      flushFolder(folder);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Puts a file with this content in the place of the one that may be there. Whoever opens the file
   * sees all of the old one or all of the new one, and it is on the disk when this returns.
   */
  public static void replace(Path file, byte[] content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path temporary =
        Files.createTempFile(
            folder, "." + file.getFileName() + ".", ".tmp", attributes(folder, FILE));
    try {
      write(temporary, content);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      flushFolder(folder);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Makes an empty file, which must not be there, and opens it for writing.
   *
   * @throws FileAlreadyExistsException if it is there
   */
  public static FileChannel createForWriting(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        attributes(file, FILE));
  }

  private static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  /** A hard link fails where the name is taken; an atomic move would replace the other's file. */
  private static void publish(Path temporary, Path file) throws IOException {
    try {
      Files.createLink(file, temporary);
    } catch (UnsupportedOperationException e) {
      Files.move(temporary, file);
    }
  }

  private static void flushFolder(Path folder) throws IOException {
    if (hasPosixPermissions(folder)) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions)
      throws IOException {
    return hasPosixPermissions(path)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }

  private static boolean hasPosixPermissions(Path path) throws IOException {
    Path existing = path.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null) {
      return false;
    }
    FileStore store = Files.getFileStore(existing);
    return store.supportsFileAttributeView(PosixFileAttributeView.class);
  }
}
