package io.autotaskprovisioner.setting;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.spi.PropertiesFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The placeholder <code>{{file:/run/secrets/name}}</code>: the content of a file, as Docker,
 * Kubernetes and systemd hand out secrets, without the line break at its end. It goes wherever a
 * placeholder goes: behind the {@code =} of a setting, in its environment variable, within the URI
 * of an endpoint. Camel brings functions for environment variables and for the vaults of clouds,
 * and none for files. Found by Camel under its name. Thread-safe.
 */
public final class FileContent implements PropertiesFunction {

  /** Our choice: larger than any secret, and smaller than what one points at by mistake. */
  private static final int MAX_BYTES = 65_536;

  private static final Logger LOG = LoggerFactory.getLogger(FileContent.class);

  private final Set<Path> warned = ConcurrentHashMap.newKeySet();

  @Override
  public String getName() {
    return "file";
  }

  /**
   * The content of the file.
   *
   * @param remainder its path, relative to the working directory where it is relative
   * @throws InvalidSettingException if it cannot be read, or is no text of one line
   */
  @Override
  public String apply(String remainder) {
    Path file = path(remainder);
    String content = text(file);
    warnIfPublic(file);
    String line = content.replaceFirst("\\r?\\n\\z", "");
    if (line.isBlank()) {
      throw refused(file, "is empty: write the secret into it.");
    }
    if (line.chars().anyMatch(Character::isISOControl)) {
      throw refused(
          file,
          "has more than one line or a control character: write nothing but the secret into it.");
    }
    if (line.contains("{{") || line.contains("}}")) {
      throw refused(
          file, "holds {{ or }}, which begin and end a placeholder: choose another secret.");
    }
    return line;
  }

  private static Path path(String remainder) {
    try {
      return Path.of(remainder.strip()).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new InvalidSettingException(
          "The placeholder {{file:%s}} names no file.".formatted(remainder), e);
    }
  }

  private static String text(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw refused(file, "is longer than %d bytes: it holds no secret.".formatted(MAX_BYTES));
      }
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
          .toString();
    } catch (CharacterCodingException e) {
      throw refused(file, "is no text in UTF-8.");
    } catch (IOException e) {
      throw refused(
          file,
          "cannot be read (%s): make it, or give this user its rights."
              .formatted(e.getClass().getSimpleName()));
    }
  }

  private void warnIfPublic(Path file) {
    try {
      if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)
          && warned.add(file)) {
        LOG.warn("Every user of this machine can read {}: chmod o-r it, or mount it so", file);
      }
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("The permissions of {} are not to be seen", file);
    }
  }

  private static InvalidSettingException refused(Path file, String why) {
    return new InvalidSettingException("The placeholder {{file:%s}}: it %s".formatted(file, why));
  }
}
