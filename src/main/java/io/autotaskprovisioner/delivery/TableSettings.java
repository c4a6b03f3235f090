package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the table of a destination and the database where it lies. */
final class TableSettings {

  private final Settings settings;

  TableSettings(Settings settings) {
    this.settings = settings;
  }

  Target.Table read(String prefix) {
    String name = settings.text(prefix + "table").orElseThrow();
    if (!TableName.isOne(name)) {
      throw new InvalidSettingException(
          "Setting %stable is not the name of a table: give letters, digits and underscores, as in autotask_events or sales.autotask_events."
              .formatted(prefix));
    }
    return new Target.Table(name, access(prefix));
  }

  private Optional<Target.Table.Access> access(String prefix) {
    Optional<String> url = settings.text(prefix + "url");
    if (url.isEmpty()) {
      for (String key : List.of("user", "password")) {
        if (settings.text(prefix + key).isPresent()) {
          throw new InvalidSettingException(
              "Setting %1$s%2$s is given without %1$surl: name the database, or remove it for the program's own."
                  .formatted(prefix, key));
        }
      }
      return Optional.empty();
    }
    if (!url.get().toLowerCase(Locale.ROOT).matches("jdbc:[a-z0-9]+:.+")) {
      throw new InvalidSettingException(
          "Setting %surl is not a JDBC URL: give one such as jdbc:postgresql://host/name."
              .formatted(prefix));
    }
    return Optional.of(
        new Target.Table.Access(
            url.get(), settings.text(prefix + "user", ""), settings.text(prefix + "password", "")));
  }
}
