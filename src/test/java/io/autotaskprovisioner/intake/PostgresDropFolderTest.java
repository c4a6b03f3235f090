package io.autotaskprovisioner.intake;

import static io.autotaskprovisioner.RunningApplication.customers;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.support.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drop folder of the whole application on PostgreSQL. */
class PostgresDropFolderTest {

  @TempDir static Path folder;
  private static RunningApplication application;

  @BeforeAll
  static void start() throws Exception {
    application =
        RunningApplication.start(
            folder,
            Map.of(
                "storage.url", TestDatabase.emptyPostgresUrl(),
                "storage.user", "postgres",
                "storage.password", "postgres"));
    // One accepted login, so that the rejected one does not make the integration code suspect.
    application.drop("first.csv", customers(1));
    assertThat(application.awaitFinished("first").path("succeeded").asInt()).isEqualTo(1);
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @Test
  void good_and_bad_rows_get_their_results_and_failed_ones_run_again() throws Exception {
    String login = "user-12@customer-12.example";
    application
        .simulator()
        .put(application.simulator().user(login).without("ThresholdInformation"));
    String wrong = "Mistyped,user-13@customer-13.example,wrong,https://ww3.autotask.net\n";
    application.drop("mixed.csv", customers(11, 12) + wrong + "only a name\n");

    JsonNode summary = application.awaitFinished("mixed");

    assertThat(summary.path("records").asInt()).isEqualTo(4);
    assertThat(summary.path("succeeded").asInt()).isEqualTo(1);
    assertThat(summary.path("failed").asInt()).isEqualTo(3);
    List<String> failed = Files.readAllLines(application.results().resolve("mixed.failed.csv"));
    assertThat(failed).hasSize(4);
    assertThat(failed.get(1)).contains(login, "********", ",NOT_PERMITTED,");
    assertThat(failed.get(2)).contains("Mistyped", "********", ",REJECTED_CREDENTIALS,");
    assertThat(failed.get(3)).contains(",INVALID_REQUEST,");
    assertThat(String.join("", failed)).doesNotContain("secret-12", "wrong");
    assertThat(Files.readString(application.results().resolve("mixed.succeeded.ndjson")))
        .contains("\"Customer 11\"");

    application.simulator().put(application.simulator().user(login).without());
    String batch = "/batches/" + summary.path("id").asLong();
    JsonNode retried = json(application.post(batch + "/retry?failureClass=NOT_PERMITTED", null));

    assertThat(retried.path("retried").asInt()).isEqualTo(1);
    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(
            () -> {
              JsonNode now = json(application.get(batch));
              assertThat(now.path("succeeded").asInt()).isEqualTo(2);
              assertThat(now.path("status").asText()).isEqualTo("FINISHED");
              assertThat(Files.readString(application.results().resolve("mixed.succeeded.ndjson")))
                  .contains("\"Customer 11\"", "\"Customer 12\"");
            });
    application.drop("mixed-again.csv", customers(11, 12));
    assertThat(application.awaitFinished("mixed-again").path("duplicate").asInt()).isEqualTo(2);
  }
}
