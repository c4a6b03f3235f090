package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.intake.UploadRefusedException.Reason;
import io.autotaskprovisioner.setting.OwnerOnly;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * An upload on its way to the disk, owner-only. Closing it gives up what {@link Uploads} has not
 * taken in. Memory does not grow with its size. Not thread-safe.
 */
public final class Spool implements Closeable {

  /** Our choice: what the database needs to go on is left free. */
  static final long RESERVE = 256L << 20;

  /** How often the room is looked at. */
  private static final long LOOK_EVERY = 16L << 20;

  private final String name;
  private final FileFormat format;
  private final Path file;
  private final FileChannel channel;
  private final long maxSize;
  private final LongSupplier room;
  private long size;
  private long lookedAt;
  private boolean taken;

  Spool(String name, FileFormat format, Path file, long maxSize, LongSupplier room)
      throws IOException {
    this.name = name;
    this.format = format;
    this.file = file;
    this.maxSize = maxSize;
    this.room = room;
    this.channel = OwnerOnly.createForWriting(file);
  }

  /** The file's name as its sender gave it, fit for a name of ours. */
  public String name() {
    return name;
  }

  FileFormat format() {
    return format;
  }

  Path file() {
    return file;
  }

  /** Bytes so far. */
  public long size() {
    return size;
  }

  /**
   * Appends the bytes.
   *
   * @throws UploadRefusedException if it becomes too large, or the disk too full
   */
  public void write(ByteBuffer bytes) {
    size += bytes.remaining();
    requireSize(size, maxSize);
    if (size - lookedAt >= LOOK_EVERY || lookedAt == 0) {
      lookedAt = size;
      requireRoom(bytes.remaining(), room);
    }
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw notStored(e);
    }
  }

  static void requireSize(long size, long maxSize) {
    if (size > maxSize) {
      throw new UploadRefusedException(
          Reason.TOO_LARGE,
          "The file is larger than %d bytes (intake.upload.max-size).".formatted(maxSize));
    }
  }

  static void requireRoom(long bytes, LongSupplier room) {
    if (room.getAsLong() - RESERVE < bytes) {
      throw noRoom();
    }
  }

  private static UploadRefusedException noRoom() {
    return new UploadRefusedException(
        Reason.NO_ROOM,
        "The disk of data.directory has no room for this file; nothing of it was kept.");
  }

  static UploadRefusedException notStored(IOException e) {
    UploadRefusedException refusal = noRoom();
    refusal.initCause(e);
    return refusal;
  }

  /** Everything has arrived: it is on the disk when this returns. */
  void force() throws IOException {
    channel.force(true);
    channel.close();
  }

  void taken() {
    taken = true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (!taken) {
      Files.deleteIfExists(file);
    }
  }
}
