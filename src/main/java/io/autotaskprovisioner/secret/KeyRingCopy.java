package io.autotaskprovisioner.secret;

import io.autotaskprovisioner.setting.InvalidSettingException;
import java.nio.file.Path;

/**
 * A key ring in a file that no server reads, on its way to or from a secret store. Whether a step
 * comes too early only a server can tell.
 */
public final class KeyRingCopy {

  private final KeyRingFile file;

  private KeyRingCopy(Path file) {
    this.file = new KeyRingFile(file.toAbsolutePath().normalize());
  }

  /** The one in the file. */
  public static KeyRingCopy at(Path file) {
    return new KeyRingCopy(file);
  }

  /**
   * Makes a new ring.
   *
   * @throws RefusedKeyChangeException if the file is there or cannot be made
   */
  public static void generate(Path file) {
    boolean made;
    try {
      made = new KeyRingCopy(file).file.create(TinkKeyRing.generate());
    } catch (InvalidSettingException e) {
      throw new RefusedKeyChangeException(
          "%s cannot be made: give a path that can be written to.".formatted(file));
    }
    if (!made) {
      throw new RefusedKeyChangeException(
          "%s is there already and stays as it is: give another file.".formatted(file));
    }
  }

  /** Adds a key; answers its id. */
  public long add() {
    var ids = file.change(TinkKeyRing::withNewKey).keyIds();
    return ids.get(ids.size() - 1);
  }

  /** Lets a key seal. */
  public void use(long id) {
    file.change(ring -> ring.withPrimary(id));
  }

  /** Takes a key off. */
  public void remove(long id) {
    file.change(ring -> ring.without(id));
  }
}
