package io.autotaskprovisioner.queue;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.OwnerOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Who may talk to the embedded broker. Immutable.
 *
 * @param file where another program finds user and password; null where the settings hold them
 */
record BrokerLogin(String user, String password, @Nullable Path file) {

  private static final String GENERATED_USER = "provisioner";

  /**
   * That of the settings, else the generated one of the file, which is made at the first start.
   *
   * @throws InvalidSettingException if the file cannot be written or read
   */
  static BrokerLogin of(QueueSettings settings, Path dataDirectory) {
    if (settings.user() != null) {
      return new BrokerLogin(settings.user(), Objects.requireNonNull(settings.password()), null);
    }
    Path file = dataDirectory.resolve("queue-user.properties");
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    String content =
        """
        # The login of the embedded message broker, for programs on this machine. Keep it secret;
        # delete this file and start again to have a new password.
        user=%s
        password=%s
        """
            .formatted(
                GENERATED_USER, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    try {
      OwnerOnly.create(file, content.getBytes(StandardCharsets.UTF_8));
      Properties written = new Properties();
      try (var reader = Files.newBufferedReader(file)) {
        written.load(reader);
      }
      String user = written.getProperty("user", "").strip();
      String password = written.getProperty("password", "").strip();
      if (user.isEmpty() || password.length() < 16) {
        throw new InvalidSettingException(
            "%s holds no user and password of 16 characters or more: delete it to have them generated, or set queue.user and queue.password."
                .formatted(file));
      }
      return new BrokerLogin(user, password, file);
    } catch (IOException e) {
      throw new InvalidSettingException(
          "Setting data.directory: %s cannot be written or read (%s): correct the rights of the folder."
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  @Override
  public String toString() {
    return "BrokerLogin[user=%s]".formatted(user);
  }
}
