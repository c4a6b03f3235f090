package io.autotaskprovisioner.intake;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Folders and files that only their owner can open. Where the file system knows no such permissions
 * (Windows), they inherit those of the folder they are in.
 */
final class OwnerOnly {

  private static final FileAttribute<?>[] FILE = attributes("rw-------");
  private static final FileAttribute<?>[] FOLDER = attributes("rwx------");

  private OwnerOnly() {}

  /** What a new file is created with. */
  static FileAttribute<?>[] file() {
    return FILE.clone();
  }

  /** Creates the folder with its parents; one that exists keeps its permissions. */
  static void createFolder(Path folder) throws IOException {
    Files.createDirectories(folder, FOLDER);
  }

  private static FileAttribute<?>[] attributes(String permissions) {
    FileSystem system = FileSystems.getDefault();
    return system.supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
