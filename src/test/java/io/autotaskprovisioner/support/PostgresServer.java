package io.autotaskprovisioner.support;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL on a free port of loopback, started at first use and stopped with the JVM. */
final class PostgresServer {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static @Nullable EmbeddedPostgres server;

  private PostgresServer() {}

  /** JDBC URL of an empty database that nobody else uses. */
  static synchronized String freshDatabaseUrl() {
    try {
      if (server == null) {
        // The library's own hook stops the server when this JVM ends.
        server = EmbeddedPostgres.builder().setServerConfig("max_connections", "300").start();
      }
      String name = "test_" + NUMBER.incrementAndGet();
      try (Connection connection = server.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("create database " + name);
      }
      return server.getJdbcUrl("postgres", name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException("The test PostgreSQL refuses", e);
    }
  }
}
