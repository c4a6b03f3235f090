package io.autotaskprovisioner.faults;

import io.autotaskprovisioner.support.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of its own on one port of the loopback, to be stopped and started on the same data.
 * User and password are {@code postgres}. Not thread-safe.
 */
public final class PostgresMachine implements AutoCloseable {

  public static final String USER = "postgres";

  private final Path data;
  private final int port = FreePort.find();
  private @Nullable EmbeddedPostgres server;

  /**
   * Starts it, which takes two seconds.
   *
   * @param data the folder for its data; made where absent
   */
  public PostgresMachine(Path data) {
    this.data = data;
    start();
  }

  /** Starts it again on the data that are there, and waits until it answers. */
  public void start() {
    try {
      server =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setPort(port)
              .setServerConfig("max_connections", "200")
              // The library's default gives acknowledged commits away for speed.
              .setServerConfig("synchronous_commit", "on")
              .setPGStartupWait(Duration.ofSeconds(60))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops it as an operator does: connections are cut, transactions under way rolled back. */
  public void stop() {
    EmbeddedPostgres running = server;
    server = null;
    if (running != null) {
      try {
        running.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public int port() {
    return port;
  }

  /** Makes an empty database; answers its JDBC URL. */
  public String create(String database) {
    execute("postgres", "create database " + database);
    return url(database);
  }

  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  /** Runs statements in a database. */
  public void execute(String database, String... statements) {
    try (Connection connection = DriverManager.getConnection(url(database), USER, USER);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("The test PostgreSQL refuses", e);
    }
  }

  @Override
  public void close() {
    stop();
  }
}
