package io.autotaskprovisioner.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder that several nodes may see, see {@link Identity}. Thread-safe. */
final class SharedFolder {

  private static final Logger LOG = LoggerFactory.getLogger(SharedFolder.class);

  private final Path path;
  private volatile String id;

  private SharedFolder(Path path, String id) {
    this.path = path;
    this.id = id;
  }

  /**
   * The folder, which gets an identity where it has none.
   *
   * @param key setting that names it
   * @throws io.autotaskprovisioner.setting.InvalidSettingException if that cannot be made or read
   */
  static SharedFolder of(String key, Path path) {
    return new SharedFolder(path, Identity.of(key, path));
  }

  Path path() {
    return path;
  }

  /** What it said last, without another look: for those whose work does not lie in it. */
  String knownId() {
    return id;
  }

  /**
   * What it says it is now. One that was removed and made anew is what it was before; one that was
   * mounted here since, in place of the folder that was here at the start, is what that says.
   *
   * @throws IOException if it does not say so
   */
  String id() throws IOException {
    if (Files.notExists(path)) {
      return id;
    }
    String now = Identity.now(path, id);
    if (!now.equals(id)) {
      LOG.warn("{} is another folder than it was: mount it before the start", path);
      id = now;
    }
    return now;
  }
}
