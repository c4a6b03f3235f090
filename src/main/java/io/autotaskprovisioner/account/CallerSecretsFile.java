package io.autotaskprovisioner.account;

import io.autotaskprovisioner.setting.OwnerOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * An owner-only file with the secrets of one caller and the ready header, for scripts and the
 * command line. Stateless.
 */
public final class CallerSecretsFile {

  private static final String USER = "user-secret";
  private static final String ORGANIZATION = "organization-secret";

  private CallerSecretsFile() {}

  /**
   * Writes the file unless it is there.
   *
   * @param title what the file is, in one line
   * @return whether this call made it
   */
  public static boolean create(Path file, String title, CallerSecrets secrets) throws IOException {
    String content =
        """
        # %s Keep it secret; it can be removed once you noted it elsewhere.
        %s=%s
        %s=%s
        authorization=%s
        """
            .formatted(
                title,
                USER,
                secrets.user(),
                ORGANIZATION,
                secrets.organization(),
                secrets.authorization())
            // A backslash of a secret would be read as an escape.
            .replace("\\", "\\\\");
    return OwnerOnly.create(file, content.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads such a file; {@code authorization} is not needed in it.
   *
   * @throws IOException if it cannot be read, or one of the two secrets is not in it
   */
  public static CallerSecrets read(Path file) throws IOException {
    Properties written = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      written.load(reader);
    } catch (IllegalArgumentException e) {
      // Without the cause: it may quote what it read.
      throw new IOException("not a file of secrets: it holds a malformed escape");
    }
    return new CallerSecrets(required(written, USER), required(written, ORGANIZATION));
  }

  private static String required(Properties written, String key) throws IOException {
    String value = written.getProperty(key, "").strip();
    if (value.isEmpty()) {
      throw new IOException("no " + key + " in it");
    }
    return value;
  }
}
