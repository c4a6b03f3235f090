package io.autotaskprovisioner.storage;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.sql.DataSource;

/**
 * The child process of {@link H2DurabilityIT} that writes without end to a table with indexes, from
 * eight threads by all ways there are, and prints a dot for each commit. Arguments: the data
 * directory, and {@code by-itself} to go around the {@link WriteTurns}.
 */
final class ParallelWriters {

  /** The more maps, the longer H2 takes to store their roots. */
  private static final int OTHER_TABLES = 1_500;

  private final List<Long> ids = new ArrayList<>();
  private final Random random = new Random();
  private long id;

  private ParallelWriters(long firstId) {
    this.id = firstId;
  }

  public static void main(String[] arguments) throws Exception {
    StorageSettings settings = StorageSettings.h2(Path.of(arguments[0]), "sa", "", 10);
    JdbcDatabase database = JdbcDatabase.open(settings, new SimpleMeterRegistry(), why -> {});
    database.transaction(ParallelWriters::createTables);
    long start = System.currentTimeMillis() << 20;
    for (int writer = 0; writer < 8; writer++) {
      ParallelWriters writers = new ParallelWriters(start + ((long) writer << 16));
      Turn turn =
          arguments.length > 1
              ? byItself(DriverManager.getConnection(settings.url(), "sa", ""), writers)
              : switch (writer % 3) {
                case 0 -> () -> database.transaction(writers::change);
                case 1 -> () -> database.write(writers::change).join();
                default -> () -> byOwnSql(database.dataSource(), writers);
              };
      new Thread(() -> writeOn(turn)).start();
    }
  }

  private interface Turn {
    void run() throws SQLException;
  }

  private static void writeOn(Turn turn) {
    while (true) {
      try {
        turn.run();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
      System.out.print(".");
      System.out.flush();
    }
  }

  private static Turn byItself(Connection connection, ParallelWriters writers) throws SQLException {
    connection.setAutoCommit(false);
    return () -> {
      writers.change(connection);
      connection.commit();
    };
  }

  private static void byOwnSql(DataSource dataSource, ParallelWriters writers) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      byItself(connection, writers).run();
    }
  }

  private static Void createTables(Connection connection) throws SQLException {
    try (Statement create = connection.createStatement()) {
      for (int table = 0; table < OTHER_TABLES; table++) {
        create.execute(
            "create table if not exists other_%d (id bigint primary key, x bigint)"
                .formatted(table));
      }
      create.execute(
          """
          create table if not exists busy (
            id bigint primary key, lane bigint, status varchar(16),
            due timestamp with time zone, note varchar(1000))
          """);
      create.execute("create index if not exists busy_turn on busy (lane, status, due, id)");
      create.execute("create index if not exists busy_status on busy (status, id)");
      create.execute("create index if not exists busy_lane on busy (lane, id)");
    }
    return null;
  }

  /** Some rows are written and some are changed. */
  private Void change(Connection connection) throws SQLException {
    try (PreparedStatement insert =
            connection.prepareStatement(
                "insert into busy values (?, ?, 'WAITING', current_timestamp, ?)");
        PreparedStatement update =
            connection.prepareStatement(
                "update busy set status = ?, due = current_timestamp where id = ?")) {
      for (int row = random.nextInt(20); row >= 0; row--) {
        if (ids.size() < 50 || random.nextBoolean()) {
          ids.add(++id);
          insert.setLong(1, id);
          insert.setLong(2, random.nextInt(5));
          insert.setString(3, "x".repeat(300));
          insert.executeUpdate();
        } else {
          update.setString(1, random.nextBoolean() ? "RUNNING" : "SUCCEEDED");
          update.setLong(2, ids.get(random.nextInt(ids.size())));
          update.executeUpdate();
        }
      }
    }
    return null;
  }
}
