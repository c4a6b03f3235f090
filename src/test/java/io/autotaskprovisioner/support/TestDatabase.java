package io.autotaskprovisioner.support;

import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.secret.KeyRings;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.JdbcDatabase;
import io.autotaskprovisioner.storage.StorageSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A real, empty database with the schema migrated and a key ring, for a test class to open in
 * {@code @BeforeAll} and close in {@code @AfterAll}. Each call gives one of its own.
 *
 * <p>Deliberately the product's own opening code: H2 is a file, PostgreSQL a server started from
 * Maven artifacts once per JVM.
 */
public final class TestDatabase implements AutoCloseable {

  private final StorageSettings settings;
  private JdbcDatabase database;
  private KeyRing keyRing;

  private TestDatabase(StorageSettings settings) {
    this.settings = settings;
    open();
  }

  private void open() {
    database =
        JdbcDatabase.open(
            settings,
            new SimpleMeterRegistry(),
            why -> {
              throw new IllegalStateException(why);
            });
    keyRing = KeyRings.open(database.dataSource(), directory().resolve("keyring.json"));
  }

  /** A fresh H2 file in a temporary folder. */
  public static TestDatabase h2() {
    return new TestDatabase(StorageSettings.h2(temporaryFolder(), "sa", "", 10));
  }

  /** A fresh database on a PostgreSQL that all test classes of this JVM share. */
  public static TestDatabase postgres() {
    return new TestDatabase(
        new StorageSettings(
            temporaryFolder(), PostgresServer.freshDatabaseUrl(), "postgres", "postgres", 10));
  }

  /**
   * JDBC URL of an empty database on the same PostgreSQL, without a schema, for code that opens it
   * itself; user and password are {@code postgres}.
   */
  public static String emptyPostgresUrl() {
    return PostgresServer.freshDatabaseUrl();
  }

  public Database database() {
    return database;
  }

  public KeyRing keyRing() {
    return keyRing;
  }

  /** The data directory: a temporary folder of its own. */
  public Path directory() {
    return settings.directory();
  }

  /** How to open the same database with other code. */
  public StorageSettings settings() {
    return settings;
  }

  /** Closes and opens it again on the same data, as a restart does. */
  public void restart() {
    stop();
    open();
  }

  /** Closes it until {@link #restart}, so that another process can open it. */
  public void stop() {
    database.stop();
  }

  /** Runs statements that a test needs beside the repository, such as moving a lease back. */
  public void execute(String... statements) {
    database.transaction(
        connection -> {
          try (var statement = connection.createStatement()) {
            for (String sql : statements) {
              statement.execute(sql);
            }
          }
          return null;
        });
  }

  /** The one number that the query answers. */
  public long number(String query) {
    return database.transaction(
        connection -> {
          try (var statement = connection.createStatement();
              var row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  /** Empties every table of data; the key ring's proof stays. */
  public void clear() {
    List<String> tables =
        database.transaction(
            connection -> {
              try (var statement = connection.createStatement();
                  var rows =
                      statement.executeQuery(
                          """
                          select table_name from information_schema.tables
                          where table_schema = 'public'
                            and table_name not in ('key_check', 'account_revision', 'flyway_schema_history')
                          """)) {
                var names = Stream.<String>builder();
                while (rows.next()) {
                  names.add(rows.getString(1));
                }
                return names.build().toList();
              }
            });
    if (settings.url().startsWith("jdbc:h2:")) {
      execute("set referential_integrity false");
      tables.forEach(table -> execute("truncate table " + table));
      execute("set referential_integrity true");
    } else {
      execute("truncate table " + String.join(", ", tables));
    }
  }

  /** Closes the database and removes its files. */
  @Override
  public void close() {
    database.stop();
    try (Stream<Path> files = Files.walk(directory())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("autotask-provisioner-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
