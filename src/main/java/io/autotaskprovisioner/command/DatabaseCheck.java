package io.autotaskprovisioner.command;

import io.autotaskprovisioner.secret.KeyRings;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.StorageSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;

/** Looks at the database and its key ring for reading only. Not thread-safe. */
final class DatabaseCheck {

  /** H2's error for a file that another process has open. */
  private static final int H2_ALREADY_OPEN = 90020;

  private final Settings settings;
  private final StorageSettings storage;
  private final boolean serverRuns;

  DatabaseCheck(Settings settings, boolean serverRuns) {
    this.settings = settings;
    this.storage = StorageSettings.of(settings);
    this.serverRuns = serverRuns;
  }

  String database() {
    Optional<Path> file = storage.h2File();
    if (file.isPresent() && isNew(file.get())) {
      return "the start creates " + file.get();
    }
    if (file.isPresent() && serverRuns) {
      return file.get() + " is open in the running server";
    }
    try (Connection connection = connect()) {
      return file.map(Path::toString).orElse("PostgreSQL")
          + " opens, "
          + connection.getMetaData().getDatabaseProductVersion();
    } catch (SQLException e) {
      throw notOpened(e);
    }
  }

  String keyRing() {
    String ring = keyRingPlace();
    Optional<Path> file = storage.h2File();
    if (file.isPresent() && (serverRuns || isNew(file.get()))) {
      boolean there = KeyRings.requireReadable(settings);
      return serverRuns
          ? ring + " is in use by the running server"
          : there ? ring + " is there" : "the start creates " + ring;
    }
    try (Connection connection = connect()) {
      boolean proven = KeyRings.requireFit(connection, settings);
      return proven ? ring + " fits the data" : "the data is not sealed yet";
    } catch (SQLException e) {
      throw notOpened(e);
    }
  }

  private String keyRingPlace() {
    return settings.text("secret.key-ring").isPresent()
        ? "secret.key-ring"
        : settings
            .path("secret.key-file", storage.directory().resolve("keyring.json").toString())
            .toString();
  }

  /** Never written to: an H2 that holds nothing yet was made by a start that was cut off. */
  private static boolean isNew(Path file) {
    return !Files.exists(file) || file.toFile().length() == 0;
  }

  private Connection connect() throws SQLException {
    String url =
        storage.h2File().isPresent()
            ? storage.url() + ";IFEXISTS=TRUE;ACCESS_MODE_DATA=r"
            : storage.url();
    Connection connection = DriverManager.getConnection(url, storage.user(), storage.password());
    connection.setReadOnly(true);
    return connection;
  }

  private CommandException notOpened(SQLException e) {
    String place = storage.h2File().map(Path::toString).orElse("storage.url");
    return CommandException.failed(
        e.getErrorCode() == H2_ALREADY_OPEN
            ? "%s is open in another process, which does not answer at http.port: stop it, or correct http.port."
                .formatted(place)
            : "%s does not open (SQLState %s): check storage.url, storage.user, storage.password and the rights of the files."
                .formatted(place, e.getSQLState()));
  }
}
