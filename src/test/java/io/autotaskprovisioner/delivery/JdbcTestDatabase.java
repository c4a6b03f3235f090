package io.autotaskprovisioner.delivery;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.Sequence;
import io.autotaskprovisioner.storage.SqlWork;
import io.autotaskprovisioner.storage.StorageException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** A real H2 or PostgreSQL database with the schema, of its own for each test. */
final class JdbcTestDatabase implements Database, AutoCloseable {

  private static final AtomicLong NAMES = new AtomicLong();
  private static EmbeddedPostgres server;

  private final HikariDataSource source;
  private final AtomicLong ids = new AtomicLong(1000);

  private JdbcTestDatabase(String url, String user) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    source = new HikariDataSource(config);
    transaction(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            for (String sql : schema().replaceAll("--.*", "").split(";")) {
              if (!sql.isBlank()) {
                statement.execute(sql);
              }
            }
          }
          return null;
        });
  }

  static JdbcTestDatabase h2() {
    return new JdbcTestDatabase(
        "jdbc:h2:mem:delivery%d;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DB_CLOSE_DELAY=-1"
            .formatted(NAMES.incrementAndGet()),
        "sa");
  }

  static synchronized JdbcTestDatabase postgres() throws IOException, SQLException {
    if (server == null) {
      server = EmbeddedPostgres.start();
    }
    String name = "delivery" + NAMES.incrementAndGet();
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    }
    return new JdbcTestDatabase(server.getJdbcUrl("postgres", name), "postgres");
  }

  private static String schema() {
    try (InputStream in =
        Database.class.getResourceAsStream("/db/migration/common/V1__first_schema.sql")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public DataSource dataSource() {
    return source;
  }

  @Override
  public <T> T transaction(SqlWork<T> work) {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = work.run(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw new StorageException("The database refused", e, false);
    }
  }

  @Override
  public <T> CompletableFuture<T> read(SqlWork<T> work) {
    return CompletableFuture.supplyAsync(() -> transaction(work));
  }

  @Override
  public <T> CompletableFuture<T> write(SqlWork<T> work) {
    return CompletableFuture.supplyAsync(() -> transaction(work));
  }

  @Override
  public long nextId(Sequence sequence) {
    return ids.incrementAndGet();
  }

  @Override
  public void close() {
    source.close();
  }
}
