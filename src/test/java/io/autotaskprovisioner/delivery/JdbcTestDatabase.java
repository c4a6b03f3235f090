package io.autotaskprovisioner.delivery;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.Sequence;
import io.autotaskprovisioner.storage.SqlWork;
import io.autotaskprovisioner.storage.StorageException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

final class JdbcTestDatabase implements Database, AutoCloseable {
  private static EmbeddedPostgres postgres;
  private static final AtomicLong NAMES = new AtomicLong();
  private final HikariDataSource source;
  private final AtomicLong ids = new AtomicLong(1000);

  private JdbcTestDatabase(String url, String user) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    source = new HikariDataSource(config);
    transaction(
        c -> {
          try (var in =
              Database.class.getResourceAsStream("/db/migration/common/V1__first_schema.sql")) {
            for (String sql :
                new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                    .replaceAll("--.*", "")
                    .split(";")) {
              if (!sql.isBlank()) {
                c.createStatement().execute(sql);
              }
            }
            return null;
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  static JdbcTestDatabase h2() {
    return new JdbcTestDatabase(
        "jdbc:h2:mem:d"
            + NAMES.incrementAndGet()
            + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_DELAY=-1",
        "sa");
  }

  static synchronized JdbcTestDatabase postgres() throws Exception {
    if (postgres == null) {
      postgres = EmbeddedPostgres.start();
    }
    String name = "d" + NAMES.incrementAndGet();
    try (Connection c = postgres.getPostgresDatabase().getConnection()) {
      c.createStatement().execute("create database " + name);
    }
    return new JdbcTestDatabase(postgres.getJdbcUrl("postgres", name), "postgres");
  }

  public DataSource dataSource() {
    return source;
  }

  public <T> T transaction(SqlWork<T> work) {
    try (Connection c = source.getConnection()) {
      c.setAutoCommit(false);
      try {
        T t = work.run(c);
        c.commit();
        return t;
      } catch (SQLException | RuntimeException e) {
        c.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw new StorageException("db", e, false);
    }
  }

  public <T> CompletableFuture<T> read(SqlWork<T> work) {
    return CompletableFuture.supplyAsync(() -> transaction(work));
  }

  public <T> CompletableFuture<T> write(SqlWork<T> work) {
    return CompletableFuture.supplyAsync(() -> transaction(work));
  }

  public long nextId(Sequence s) {
    return ids.incrementAndGet();
  }

  public void close() {
    source.close();
  }
}
