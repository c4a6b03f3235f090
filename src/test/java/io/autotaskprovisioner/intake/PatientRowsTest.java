package io.autotaskprovisioner.intake;

import static io.autotaskprovisioner.RunningApplication.customers;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.simulator.SimulatedUser;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that have to wait, for their time or for Autotask, in the whole application. */
class PatientRowsTest {

  @TempDir static Path folder;
  private static RunningApplication application;

  @BeforeAll
  static void start() throws Exception {
    application =
        RunningApplication.start(
            folder,
            Map.of(
                "provisioning.retry.first-delay", "50ms",
                "provisioning.retry.max-delay", "200ms"));
    application.drop("first.csv", customers(1));
    assertThat(application.awaitFinished("first").path("succeeded").asInt()).isEqualTo(1);
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @Test
  void a_row_is_not_tried_before_its_time() throws Exception {
    Instant notBefore = Instant.now().plusSeconds(2);
    application.drop(
        "timed.ndjson",
        """
        {"name": "Timed", "requestId": "timed-1", "notBefore": "%s", "configuration": {\
        "finance.autotask.username": "user-11@customer-11.example", \
        "finance.autotask.password": "secret-11", \
        "finance.autotask.server.url": "https://ww3.autotask.net"}}
        """
            .formatted(notBefore));
    JsonNode waiting =
        await()
            .atMost(Duration.ofSeconds(5))
            .until(PatientRowsTest::timedRow, row -> row.path("status").asText().equals("WAITING"));
    assertThat(Instant.parse(waiting.path("nextAttemptAt").asText()))
        .isBetween(notBefore.minusMillis(1), notBefore.plusMillis(1));
    assertThat(waiting.path("attempts").asInt()).isZero();

    assertThat(application.awaitFinished("timed").path("succeeded").asInt()).isEqualTo(1);
    assertThat(application.simulator().requests())
        .filteredOn(call -> call.user().equals("user-11@customer-11.example"))
        .isNotEmpty()
        .allMatch(call -> !call.at().isBefore(notBefore));
  }

  @Test
  void a_tenant_that_takes_one_call_at_a_time_costs_no_row() throws Exception {
    StringBuilder csv = new StringBuilder("name,username,password,serverUrl\n");
    for (int number = 1; number <= 30; number++) {
      String login = "api-%d@one-tenant.example".formatted(number);
      application.simulator().put(new SimulatedUser(login, "secret", 4711, "One Tenant"));
      csv.append("Row %d,%s,secret,https://ww3.autotask.net\n".formatted(number, login));
    }
    application.simulator().set("threadLimit", 1);
    application.simulator().set("latencyMillis", 30);

    application.drop("throttled.csv", csv.toString());

    await().atMost(Duration.ofSeconds(20)).until(() -> refusedCalls() >= 10);
    assertThat(json(application.get("/requests?status=FAILED"))).isEmpty();
    // One thread would do in the end, too; the others become free only to keep the test short.
    application.simulator().set("threadLimit", 3);
    JsonNode summary = application.awaitFinished("throttled");
    assertThat(summary.path("succeeded").asInt()).isEqualTo(30);
    assertThat(summary.path("failed").asInt()).isZero();
  }

  private static long refusedCalls() {
    return application.simulator().requests().stream().filter(call -> call.status() == 429).count();
  }

  private static JsonNode timedRow() throws Exception {
    for (JsonNode row : json(application.get("/requests"))) {
      if (row.path("requestId").asText().equals("timed-1")) {
        return row;
      }
    }
    return MissingNode.getInstance();
  }
}
