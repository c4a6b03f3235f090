package io.autotaskprovisioner.command;

import io.autotaskprovisioner.account.CallerSecrets;
import io.autotaskprovisioner.account.CallerSecretsFile;
import io.autotaskprovisioner.setting.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the secrets of a command's caller come from.
 *
 * @param secrets empty where none were found
 * @param file that held them; null where it was no file
 */
record CallerSource(Optional<CallerSecrets> secrets, @Nullable Path file) {

  /**
   * The given file, else the first account's in the data directory, else {@code account.initial.*}
   * of the settings.
   *
   * @throws CommandException if the given file, or the one in the data directory, cannot be read
   */
  static CallerSource find(@Nullable Path given, CommandSettings settings) {
    if (given != null) {
      return read(given);
    }
    Path first = settings.dataDirectory().resolve(CommandSettings.FIRST_ACCOUNT);
    return Files.exists(first) ? read(first) : ofSettings(settings.settings());
  }

  private static CallerSource read(Path file) {
    try {
      return new CallerSource(Optional.of(CallerSecretsFile.read(file)), file);
    } catch (IOException e) {
      throw CommandException.usage(
          "The secrets in %s cannot be read (%s): give a file with user-secret=... and organization-secret=... by --secret-file."
              .formatted(file, e.getMessage()));
    }
  }

  private static CallerSource ofSettings(Settings settings) {
    Optional<String> user = settings.text("account.initial.user-secret");
    Optional<String> organization = settings.text("account.initial.organization-secret");
    return new CallerSource(
        user.flatMap(u -> organization.map(o -> new CallerSecrets(u, o))), null);
  }
}
