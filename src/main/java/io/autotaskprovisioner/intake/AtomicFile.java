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
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

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
   * Begins to write; what an earlier process of this node left unfinished is overwritten.
   *
   * @param node tells apart who writes the same file at once
   */
  static AtomicFile create(Path target, String node) throws IOException {
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + node + PART);
    Files.deleteIfExists(temporary);
    return new AtomicFile(target, temporary, OwnerOnly.createForWriting(temporary));
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

  /** Removes from the folder what a process of this node, which is dead, left unfinished. */
  static void removeLeftovers(Path folder, String node) throws IOException {
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, ".*." + node + PART)) {
      for (Path leftover : leftovers) {
        Files.deleteIfExists(leftover);
      }
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
