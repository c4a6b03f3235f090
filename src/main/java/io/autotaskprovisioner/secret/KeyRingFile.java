package io.autotaskprovisioner.secret;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The file that holds the keys: owner-only JSON with the two keysets as Tink writes them. */
final class KeyRingFile implements KeyRingStore {

  private static final String KEY = "secret.key-file";

  /** One change at a time in this process; the lock of the file keeps other processes out. */
  private static final Object CHANGING = new Object();

  private final Path file;

  KeyRingFile(Path file) {
    this.file = file;
  }

  @Override
  public String place() {
    return "Setting %s: %s".formatted(KEY, file);
  }

  @Override
  public Optional<TinkKeyRing> read() {
    try {
      return Optional.of(KeyRingJson.read(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      Throwable kind = e.getCause() == null ? e : e.getCause();
      // Without the cause: a parser's message may quote what it read.
      throw new InvalidSettingException(
          "%s cannot be read as a key ring (%s): restore it from a backup or correct its rights."
              .formatted(place(), kind.getClass().getSimpleName()));
    }
  }

  /** Time, size and identity: a file that was replaced, as every change here does, is another. */
  @Override
  public Object stamp() {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return Arrays.asList(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    } catch (IOException e) {
      return e.getClass();
    }
  }

  @Override
  public boolean create(TinkKeyRing ring) {
    try {
      OwnerOnly.createFolder(file.getParent());
      return OwnerOnly.create(file, KeyRingJson.write(ring));
    } catch (IOException e) {
      throw new InvalidSettingException(
          "%s cannot be created (%s): give a path that can be written to, or put a ring there that keys generate made."
              .formatted(place(), e.getClass().getSimpleName()),
          e);
    }
  }

  @Override
  public TinkKeyRing change(UnaryOperator<TinkKeyRing> change) {
    try {
      synchronized (CHANGING) {
        return changeAlone(change);
      }
    } catch (IOException e) {
      throw new RefusedKeyChangeException(
          "%s cannot be written to (%s): change a copy of it by keys add, use or remove with --ring FILE, and put that in its place where it comes from; every node reads it within seconds."
              .formatted(place(), e.getClass().getSimpleName()));
    }
  }

  private TinkKeyRing changeAlone(UnaryOperator<TinkKeyRing> change) throws IOException {
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    OwnerOnly.createEmpty(lock);
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      TinkKeyRing changed = change.apply(read().orElseThrow(() -> gone()));
      OwnerOnly.replace(file, KeyRingJson.write(changed));
      return changed;
    }
  }

  @Override
  public void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new InvalidSettingException(
          "%s was made for nothing and cannot be removed; remove it.".formatted(place()), e);
    }
  }

  private RefusedKeyChangeException gone() {
    return new RefusedKeyChangeException(
        "%s is missing: restore it from a backup or copy it from another node, then try again."
            .formatted(place()));
  }
}
