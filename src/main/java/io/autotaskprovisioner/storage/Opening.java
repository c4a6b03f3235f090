package io.autotaskprovisioner.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.OwnerOnly;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;

/** Opens files, pools and schema; every way in which that fails becomes one clear sentence. */
final class Opening {

  private static final int H2_WRONG_USER_OR_PASSWORD = 28000;
  private static final int H2_ALREADY_OPEN = 90020;

  private static final String MIGRATIONS = "db/migration/common/";
  private static final List<JavaMigration> JAVA_MIGRATIONS = List.of(new TagMigration());
  static final CurrentSchema CURRENT_SCHEMA = new CurrentSchema(MIGRATIONS, JAVA_MIGRATIONS);

  private final StorageSettings settings;
  private final Product product;

  Opening(StorageSettings settings) {
    this.settings = settings;
    this.product = settings.product();
  }

  /** Makes the data directory and, before H2 would with wider permissions, its file. */
  void prepareFiles() {
    createFolder("data.directory", settings.directory());
    settings
        .h2File()
        .ifPresent(
            file -> {
              if (!file.getParent().equals(settings.directory())) {
                createFolder("storage.url", file.getParent());
              }
              try {
                OwnerOnly.createEmpty(file);
              } catch (IOException e) {
                throw unwritable("data.directory", file, e);
              }
            });
  }

  private static void createFolder(String key, Path folder) {
    try {
      OwnerOnly.createFolder(folder);
    } catch (IOException e) {
      throw unwritable(key, folder, e);
    }
  }

  private static InvalidSettingException unwritable(String key, Path path, IOException e) {
    return new InvalidSettingException(
        "Setting %s: %s cannot be written to (%s): give another folder or its rights to this user."
            .formatted(key, path, e.getClass().getSimpleName() + " " + e.getMessage()),
        e);
  }

  /** A pool that has proven one connection. */
  HikariDataSource pool(String name, int size, @Nullable MeterRegistry registry) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(settings.url());
    config.setUsername(settings.user());
    config.setPassword(settings.password());
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(10_000);
    // Fail at the first try: the start shall say what is wrong, not wait for it to pass.
    config.setInitializationFailTimeout(1);
    config.setExceptionOverride(new EvictWhenGone(product));
    if (product == Product.H2) {
      config.setMaxLifetime(0);
    }
    if (registry != null) {
      config.setMetricRegistry(registry);
    }
    try {
      return new HikariDataSource(config);
    } catch (RuntimeException e) {
      throw notOpened(e);
    }
  }

  private InvalidSettingException notOpened(RuntimeException e) {
    SQLException cause = firstSqlException(e);
    String state = cause == null ? "" : String.valueOf(cause.getSQLState());
    int code = cause == null ? 0 : cause.getErrorCode();
    if (product == Product.H2) {
      return new InvalidSettingException(h2Sentence(code), e);
    }
    return new InvalidSettingException(postgresqlSentence(state), e);
  }

  private String h2Sentence(int code) {
    Path file = settings.h2File().orElseThrow();
    return switch (code) {
      case H2_ALREADY_OPEN ->
          "Setting data.directory: another process has %s open: stop it, or give this one another directory."
              .formatted(file);
      case H2_WRONG_USER_OR_PASSWORD ->
          "Setting storage.user or storage.password does not fit %s: give those it was created with."
              .formatted(file);
      default ->
          "Setting data.directory: %s cannot be opened (H2 error %d): check its rights and the free space, or restore it from a backup."
              .formatted(file, code);
    };
  }

  private static String postgresqlSentence(String state) {
    if (state.startsWith("28")) {
      return "Setting storage.user or storage.password: PostgreSQL refuses this login (SQLState %s): correct them or the server's pg_hba.conf."
          .formatted(state);
    }
    return switch (state) {
      case "3D000" ->
          "Setting storage.url names a database that does not exist: create it or correct the name.";
      case "08001", "08004", "08006" ->
          "Setting storage.url: PostgreSQL does not answer there (SQLState %s): start it, or correct host and port."
              .formatted(state);
      case "53300" ->
          "Setting storage.pool-size: PostgreSQL has no connections left: lower it or raise max_connections.";
      default ->
          "Setting storage.url: PostgreSQL refuses the connection (SQLState %s): correct the URL."
              .formatted(state);
    };
  }

  private static @Nullable SQLException firstSqlException(@Nullable Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException found) {
        return found;
      }
    }
    return null;
  }

  /** Brings the schema to this version. Several processes may do so at once: Flyway locks. */
  void migrate(DataSource dataSource) {
    if (CURRENT_SCHEMA.isIn(dataSource)) {
      return;
    }
    try {
      Flyway.configure(Opening.class.getClassLoader())
          .dataSource(dataSource)
          .locations("classpath:" + MIGRATIONS)
          .javaMigrations(JAVA_MIGRATIONS.toArray(JavaMigration[]::new))
          .load()
          .migrate();
    } catch (FlywayException e) {
      String firstLine = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new InvalidSettingException(
          "Setting storage.url (or data.directory): the schema there does not fit this version: use an empty database, the matching version of the program, or a backup. Flyway says: "
              + firstLine,
          e);
    }
  }

  /** A connection of an H2 that has closed itself leaves the pool at once. */
  private record EvictWhenGone(Product product) implements SQLExceptionOverride {

    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException e) {
      return product.isGone(e)
          ? SQLExceptionOverride.Override.MUST_EVICT
          : SQLExceptionOverride.Override.CONTINUE_EVICT;
    }
  }
}
