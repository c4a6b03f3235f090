package io.autotaskprovisioner.schedule;

import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.intake.FileDoor;
import io.autotaskprovisioner.support.Folders;
import io.autotaskprovisioner.support.LogLines;
import io.autotaskprovisioner.support.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that goes away in the middle of a run, and comes back. */
class DatabaseAwayTest {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int RECORDS = 20_000;

  @TempDir private Path folder;

  @Test
  void the_run_waits_for_it_and_loses_and_doubles_nothing() throws Exception {
    String url = TestDatabase.emptyPostgresUrl();
    try (LogLines log = LogLines.of(FileDoor.class);
        RunningApplication application =
            RunningApplication.start(
                folder,
                Map.of(
                    "intake.file.chunk-size", "20",
                    "storage.url", url,
                    "storage.user", "postgres",
                    "storage.password", "postgres"))) {
      Files.writeString(application.scheduled().resolve("night.csv"), records());
      assertThat(application.post("/schedules/batch/runs", null).statusCode()).isEqualTo(202);
      await().atMost(PATIENCE).until(() -> run(application).path("records").asInt() > 0);

      allowConnections(url, false);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(log.warnings()).anyMatch(w -> w.contains("is tried again in")));
      assertThat(application.scheduled().resolve("night.csv")).exists();
      allowConnections(url, true);

      JsonNode run =
          await()
              .atMost(PATIENCE)
              .ignoreExceptions()
              .until(
                  () -> run(application),
                  latest -> latest.path("outcome").asText().equals("COMPLETED"));
      assertThat(run.path("records").asInt()).isEqualTo(RECORDS);
      assertThat(run.path("files").asInt()).isEqualTo(1);
      assertThat(json(application.get("/batches"))).hasSize(1);
      assertThat(json(application.get("/schedules")).path(0).path("runs")).hasSize(1);
      assertThat(Folders.names(application.scheduled())).isEmpty();
    }
  }

  private static String records() {
    StringBuilder csv = new StringBuilder("name,username,password,serverUrl,notBefore\n");
    for (int i = 1; i <= RECORDS; i++) {
      csv.append(
          "C%1$d,u-%1$d@c.example,s,https://ww3.autotask.net,2099-01-01T00:00:00Z\n".formatted(i));
    }
    return csv.toString();
  }

  private static JsonNode run(RunningApplication application) throws Exception {
    return json(application.get("/schedules")).path(0).path("runs").path(0);
  }

  /** No new connection is let in and the old ones are cut: to a client the server is gone. */
  private static void allowConnections(String url, boolean allow) throws SQLException {
    int name = url.lastIndexOf('/') + 1;
    String database = url.substring(name).replaceAll("\\?.*", "");
    try (Connection connection =
            DriverManager.getConnection(
                url.substring(0, name) + "postgres", "postgres", "postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("alter database \"%s\" allow_connections %s".formatted(database, allow));
      statement.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'"
              .formatted(database));
    }
  }
}
