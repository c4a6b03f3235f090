package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.setting.OwnerOnly;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A UTF-8 file that appears under its name whole or not at all, owner-only. It is written as a dot
 * file beside its place. Not thread-safe.
 */
final class AtomicFile implements Closeable {

  private static final int BUFFER_SIZE = 1 << 16;
  private static final String PART = ".part";

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final Writer writer;
  private boolean committed;

  private AtomicFile(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
    this.writer =
        new BufferedWriter(
            new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8),
            BUFFER_SIZE);
  }

  /**
   * Begins to write.
   *
   * @param process by a name that no other has: tells apart who writes the same file at once
   */
  static AtomicFile create(Path target, String process) throws IOException {
    Path temporary = target.resolveSibling(beginning(target) + process + PART);
    Files.deleteIfExists(temporary);
    return new AtomicFile(target, temporary, OwnerOnly.createForWriting(temporary));
  }

  /** How unfinished files of this target begin, whoever writes them; as short for a long name. */
  private static String beginning(Path target) {
    String name = String.valueOf(target.getFileName());
    return "." + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)) + ".";
  }

  Writer writer() {
    return writer;
  }

  /**
   * Puts the file in its place, replacing one of the same name. It survives a crash from then on.
   */
  void commit() throws IOException {
    writer.flush();
    channel.force(true);
    writer.close();
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    committed = true;
    syncFolder(target.getParent());
  }

  /**
   * Keeps every other process from putting one of these files, all of one folder, in its place: its
   * unfinished file is removed, which it would rename. What it begins from now on is not concerned.
   */
  static void overtake(Path folder, List<Path> targets) throws IOException {
    Set<String> beginnings =
        targets.stream().map(AtomicFile::beginning).collect(Collectors.toSet());
    try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(folder, ".*" + PART)) {
      for (Path file : unfinished) {
        String name = String.valueOf(file.getFileName());
        if (beginnings.contains(name.substring(0, name.indexOf('.', 1) + 1))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /**
   * Removes from the folder what processes left unfinished that are dead: those of this node, and
   * those whose files nobody has touched for so long.
   */
  static void removeLeftovers(Path folder, String node, Instant before) throws IOException {
    try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(folder, ".*" + PART)) {
      for (Path file : unfinished) {
        boolean ours = String.valueOf(file.getFileName()).contains("." + node + ".");
        if (ours || isOlder(file, before)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isOlder(Path file, Instant time) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(time);
    } catch (NoSuchFileException e) {
      // its process lives, and has just finished it
      return false;
    }
  }

  /** Gives the file up if it was not committed. */
  @Override
  public void close() throws IOException {
    if (!committed) {
      channel.close();
      Files.deleteIfExists(temporary);
    }
  }

  /** Makes renames in the folder durable, where the system can do that (not on Windows). */
  static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException ignored) {
      // a folder cannot be opened there; the file itself is on disk already
    }
  }
}
