package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.setting.InvalidSettingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
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
    Files.createDirectories(file.getParent());
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    // Complete before it bears its name: a start cut off here must not leave half a secret.
    Path draft = Files.createTempFile(file.getParent(), "delivery-", ".draft", ownerOnly);
    try (var channel = Files.newByteChannel(draft, Set.of(StandardOpenOption.WRITE))) {
      channel.write(StandardCharsets.UTF_8.encode(SigningSecret.generate() + "\n"));
    }
    try {
      Files.move(draft, file);
      LOG.info(
          "Destination {} has no secret in the settings: generated one into {}", destination, file);
    } catch (FileAlreadyExistsException alreadyThere) {
      Files.delete(draft);
    }
  }
}
