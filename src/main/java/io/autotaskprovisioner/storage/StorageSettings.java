package io.autotaskprovisioner.storage;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the database is.
 *
 * @param directory the data directory, absolute; holds the H2 file, the key file and generated
 *     secrets
 * @param url JDBC URL, of H2 or PostgreSQL
 * @param user database user; may be empty
 * @param password its password; may be empty
 * @param poolSize connections in the pool, 4 or more; one more is opened for ids
 */
public record StorageSettings(
    Path directory, String url, String user, String password, int poolSize) {

  /** The user of an H2 file for which no other was set. Access is guarded by file permissions. */
  private static final String H2_USER = "sa";

  private static final String H2_PREFIX = "jdbc:h2:async:";

  public static StorageSettings of(Settings settings) {
    Path directory = settings.path("data.directory", "data");
    int poolSize = settings.integer("storage.pool-size", 10, 4, 1000);
    Optional<String> url = settings.text("storage.url");
    String password = settings.text("storage.password", "");
    if (url.isEmpty()) {
      return h2(directory, settings.text("storage.user", H2_USER), password, poolSize);
    }
    String scheme = url.get().toLowerCase(Locale.ROOT);
    if (scheme.startsWith(H2_PREFIX)) {
      String user = settings.text("storage.user", H2_USER);
      return new StorageSettings(
          directory, Product.H2.completed(url.get()), user, password, poolSize);
    }
    if (scheme.startsWith("jdbc:postgresql:")) {
      String user = settings.text("storage.user", "");
      return new StorageSettings(
          directory, Product.POSTGRESQL.completed(url.get()), user, password, poolSize);
    }
    throw new InvalidSettingException(
        "Setting storage.url is not a database of ours: give jdbc:postgresql://host/name or "
            + H2_PREFIX
            + "/path/to/file, or remove it for an H2 file in data.directory.");
  }

  /** An H2 file in the directory. */
  public static StorageSettings h2(Path directory, String user, String password, int poolSize) {
    Path file = directory.toAbsolutePath().normalize().resolve("autotask-provisioner");
    if (file.toString().contains(";")) {
      throw new InvalidSettingException(
          "Setting data.directory has a semicolon, which an H2 URL cannot hold: choose another.");
    }
    String url = Product.H2.completed(H2_PREFIX + file);
    return new StorageSettings(directory, url, user, password, poolSize);
  }

  Product product() {
    return Product.of(url);
  }

  /** The file that H2 keeps the data in; empty for a server. */
  public Optional<Path> h2File() {
    if (product() != Product.H2) {
      return Optional.empty();
    }
    String path = url.substring(H2_PREFIX.length()).split(";", 2)[0];
    return Optional.of(Path.of(path + ".mv.db").toAbsolutePath());
  }

  /** Neither password nor URL, which can hold one. */
  @Override
  public String toString() {
    return "StorageSettings[directory=%s, product=%s, user=%s, poolSize=%d]"
        .formatted(directory, product(), user, poolSize);
  }
}
