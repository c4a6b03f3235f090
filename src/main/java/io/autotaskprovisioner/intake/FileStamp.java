package io.autotaskprovisioner.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * By what a file is known to be still the same one, unchanged.
 *
 * @param key the file system's own identity of it; null where there is none
 */
record FileStamp(long size, FileTime modified, @Nullable Object key, boolean isRegular) {

  /** Looks at the entry itself: a symbolic link is not followed and is no regular file. */
  static FileStamp of(Path file) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return new FileStamp(
        attributes.size(),
        attributes.lastModifiedTime(),
        attributes.fileKey(),
        attributes.isRegularFile());
  }
}
