package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.OwnerOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generated secret of a destination that has none in the settings.
 *
 * <p>Our choice: a webhook is never sent unsigned. Where no secret is set, one is made at the first
 * start, kept in an owner-only file of the data directory, and the file's place is logged that
 * once. Machines that share a database need the same secret in their settings, since each has its
 * own data directory.
 */
final class SecretFile {

  private static final Logger LOG = LoggerFactory.getLogger(SecretFile.class);

  private final Path file;
  private final String destination;

  SecretFile(Path dataDirectory, String destination) {
    this.file = dataDirectory.resolve("delivery-" + destination + ".secret");
    this.destination = destination;
  }

  /** The secret in the file, which is made where it is absent. */
  String readOrCreate() {
    try {
      if (!Files.exists(file)) {
        create();
      }
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new InvalidSettingException(
          "The secret of destination %s cannot be kept in %s (%s): set delivery.%s.secret or make data.directory writable."
              .formatted(destination, file, e.getClass().getSimpleName(), destination),
          e);
    }
  }

  private void create() throws IOException {
    OwnerOnly.createFolder(file.getParent());
    String content = SigningSecret.generate() + "\n";
    if (OwnerOnly.create(file, content.getBytes(StandardCharsets.UTF_8))) {
      LOG.info(
          "Destination {} has no secret in the settings: generated one into {}", destination, file);
    }
  }
}
