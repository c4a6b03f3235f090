package io.autotaskprovisioner.intake;

import java.nio.file.Path;

/**
 * A folder that several nodes may see.
 *
 * @param id what it says it is, see {@link Identity}
 */
record SharedFolder(Path path, String id) {

  static SharedFolder of(String key, Path path) {
    return new SharedFolder(path, Identity.of(key, path));
  }
}
