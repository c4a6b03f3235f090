package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} while events go into a table and into files. */
class DestinationKillIT {

  private static final int ROWS = 400;
  private static final int KILLS = Integer.getInteger("kills", 2);

  @TempDir Path folder;
  private final String reports = TestDatabase.emptyPostgresUrl();
  private LaunchedApplication application;

  @BeforeEach
  void prepare() throws SQLException {
    execute(
        """
        create table autotask_events (
          event_id varchar(64) primary key, event_type varchar(100) not null,
          instance_id bigint not null, occurred_at timestamp with time zone not null,
          envelope text not null)
        """);
    application =
        new LaunchedApplication(folder)
            .with("queue.enabled", "false")
            .with("provisioning.worker.lease", "5s")
            .with("delivery.lease", "5s")
            .with("delivery.report.table", "autotask_events")
            .with("delivery.report.url", reports)
            .with("delivery.report.user", "postgres")
            .with("delivery.report.password", "postgres")
            .with("delivery.archive.uri", "file:events");
  }

  @AfterEach
  void end() throws Exception {
    application.close();
  }

  @Test
  void every_event_has_one_row_and_one_whole_file() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    application.launch("--demo").awaitReady();
    drop();
    for (int kill = 0; kill < KILLS; kill++) {
      // Not a wait for anything: the moment of the kill is what is random.
      TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(1_500));
      application.kill();
      application.launch("--demo").awaitReady();
    }

    await()
        .atMost(Duration.ofSeconds(120))
        .untilAsserted(
            () -> {
              assertThat(number("select count(distinct instance_id) from autotask_events"))
                  .as("seed %d", seed)
                  .isEqualTo(ROWS);
              assertThat(files()).as("seed %d", seed).isEqualTo(ROWS);
            });
    assertThat(number("select count(*) from autotask_events")).as("seed %d", seed).isEqualTo(ROWS);
    try (Stream<Path> files = Files.list(folder.resolve("events"))) {
      for (Path file : files.filter(DestinationKillIT::isWhole).toList()) {
        assertThat(Files.readString(file)).as("%s, seed %d", file, seed).endsWith("}}");
      }
    }
  }

  private void drop() throws IOException {
    int[] numbers = IntStream.rangeClosed(1001, 1000 + ROWS).toArray();
    Path part = folder.resolve("inbox/rows.csv.part");
    Files.writeString(part, RunningApplication.customers(numbers));
    Files.move(part, folder.resolve("inbox/rows.csv"));
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("events"))) {
      return files.filter(DestinationKillIT::isWhole).count();
    }
  }

  /** What a killed process was writing lies beside, under a hidden name. */
  private static boolean isWhole(Path file) {
    return !file.getFileName().toString().startsWith(".");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(reports, "postgres", "postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long number(String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection(reports, "postgres", "postgres");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
