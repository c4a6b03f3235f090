package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node, which is its data directory: who starts in it knows that the process before it is
 * dead, and gives up at once what that had in hand. Holds the directory until it is stopped, so
 * that no second process starts in it.
 */
final class Node extends ServiceSupport {

  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final String KEY = "data.directory";

  private final String id;
  private final String process;
  private final @Nullable FileChannel channel;

  private Node(String id, @Nullable FileChannel channel) {
    this.id = id;
    this.process = id + "." + UUID.randomUUID().toString().substring(0, 8);
    this.channel = channel;
  }

  /**
   * Takes the directory.
   *
   * @throws InvalidSettingException if another process works in it
   */
  static Node of(Path dataDirectory) {
    try {
      OwnerOnly.createFolder(dataDirectory);
    } catch (IOException e) {
      throw new InvalidSettingException(
          "Setting %s: %s cannot be written to (%s): give another folder or its rights to this user."
              .formatted(KEY, dataDirectory, e.getClass().getSimpleName()),
          e);
    }
    String id = Identity.of(KEY, dataDirectory);
    Path file = dataDirectory.resolve("node.lock");
    FileChannel channel = null;
    try {
      OwnerOnly.createEmpty(file);
      channel = FileChannel.open(file, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw inUse(dataDirectory, new OverlappingFileLockException());
      }
    } catch (OverlappingFileLockException e) {
      throw inUse(dataDirectory, e);
    } catch (IOException e) {
      LOG.warn(
          "{} cannot be locked ({}): see to it that no second process works in {}",
          file,
          e.toString(),
          dataDirectory);
    }
    return new Node(id, channel);
  }

  private static InvalidSettingException inUse(Path directory, Exception cause) {
    return new InvalidSettingException(
        "Setting %s: another process works in %s: stop it, or give this one another directory; several nodes share the database and the key ring, never this directory."
            .formatted(KEY, directory),
        cause);
  }

  /** The same after each start. */
  String id() {
    return id;
  }

  /** This process of the node, by a name that no other has, even on a copy of the directory. */
  String process() {
    return process;
  }

  @Override
  protected void doStop() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
