package io.autotaskprovisioner.command;

import io.autotaskprovisioner.account.CallerSecrets;
import io.autotaskprovisioner.account.CallerSecretsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * New secrets of a caller on their way into an owner-only file. They are on the disk before the
 * server hears of them, so that no answer that is lost on the way takes them with it. Not
 * thread-safe.
 */
final class NewSecretsFile {

  private final Path prepared;

  private NewSecretsFile(Path prepared) {
    this.prepared = prepared;
  }

  /**
   * Writes them beside the place where they will be.
   *
   * @param target exists only where {@link #publish} shall replace it
   */
  static NewSecretsFile prepare(Path target, CallerSecrets secrets) {
    Path prepared = target.resolveSibling(target.getFileName() + ".new");
    try {
      if (CallerSecretsFile.create(prepared, "A caller of the API.", secrets)) {
        return new NewSecretsFile(prepared);
      }
    } catch (IOException e) {
      throw CommandException.usage(
          "%s cannot be written (%s): give another file by --out, or --print."
              .formatted(prepared, e.getClass().getSimpleName()));
    }
    throw CommandException.usage(
        "%s is left from a command that did not end: see whether its secrets are in use, then remove it."
            .formatted(prepared));
  }

  Path prepared() {
    return prepared;
  }

  /** The server has them: they go to their place, replacing what was there. */
  void publish(Path target) {
    try {
      Files.move(prepared, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw CommandException.failed(
          "Done, but the new secrets stay in %s, since %s cannot be written: move it yourself."
              .formatted(prepared, target));
    }
  }

  /** The server refused them. */
  void discard() {
    try {
      Files.deleteIfExists(prepared);
    } catch (IOException e) {
      throw CommandException.failed(
          "Nothing was changed; %s holds secrets that open no account: remove it."
              .formatted(prepared));
    }
  }
}
