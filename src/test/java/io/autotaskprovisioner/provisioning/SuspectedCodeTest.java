package io.autotaskprovisioner.provisioning;

import static io.autotaskprovisioner.RunningApplication.customers;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.simulator.Switches;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wrong integration code in the whole application: what waits for it, and how it goes on. */
class SuspectedCodeTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;
  private RunningApplication application;
  private URI ready;

  @BeforeEach
  void start() throws Exception {
    int port = freePort();
    ready = URI.create("http://127.0.0.1:" + port + "/observe/health/ready");
    application =
        RunningApplication.start(folder, Map.of("management.port", Integer.toString(port)));
    application.simulator().set("integrationCodes", List.of("SOME0OTHER0CODE0SOME0OTHER0"));
  }

  @AfterEach
  void stop() {
    application.close();
  }

  @Test
  void rows_wait_for_an_operator_under_a_suspected_code_and_all_succeed_after_that()
      throws Exception {
    await().atMost(PATIENCE).until(() -> health().statusCode() == 200);
    for (int number = 4; number <= 6; number++) {
      HttpResponse<String> refused =
          application.post("/elements/api-v2/instances", instance(number));
      assertThat(refused.statusCode()).isEqualTo(number < 6 ? 401 : 500);
    }

    application.drop("customers.csv", customers(11, 12, 13, 14, 15));

    awaitPaused(5);
    assertThat(application.simulator().requests())
        .as("credentials sent under a suspected code")
        .noneMatch(
            call ->
                call.user().startsWith("user-1") && call.path().contains("ThresholdInformation"));
    await().atMost(PATIENCE).until(() -> health().statusCode() == 503);
    assertThat(health().body()).contains("integration-code", "check the code");
    JsonNode suspended = json(application.get("/verification/suspended"));
    assertThat(suspended).hasSize(1);
    assertThat(suspended.get(0).path("rejectedLogins").asInt()).isEqualTo(3);
    assertThat(suspended.toString()).doesNotContain(Switches.DEMO_INTEGRATION_CODE);

    mendAndResume();

    JsonNode summary = application.awaitFinished("customers");
    assertThat(summary.path("succeeded").asInt()).isEqualTo(5);
    assertThat(summary.path("failed").asInt()).isZero();
    assertThat(json(application.get("/verification/suspended"))).isEmpty();
    await().atMost(PATIENCE).until(() -> health().statusCode() == 200);
    HttpResponse<String> refusedBefore =
        application.post("/elements/api-v2/instances", instance(4));
    assertThat(refusedBefore.statusCode()).isEqualTo(200);
  }

  @Test
  void rows_that_were_rejected_before_the_suspicion_wait_with_the_rest_and_none_is_failed()
      throws Exception {
    application.drop("rows.csv", customers(21, 22, 23, 24, 25, 26));

    awaitPaused(6);
    assertThat(requests("FAILED")).isEmpty();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode summary = summary("rows");
              assertThat(summary.path("failed").asInt()).isZero();
              assertThat(summary.path("waiting").asInt()).isEqualTo(6);
            });

    mendAndResume();
    JsonNode summary = application.awaitFinished("rows");
    assertThat(summary.path("succeeded").asInt()).isEqualTo(6);
    assertThat(Files.readAllLines(application.results().resolve("rows.failed.csv")))
        .as("failed rows behind the header")
        .hasSize(1);
  }

  @Test
  void a_login_that_is_wrong_indeed_fails_after_the_code_was_mended() throws Exception {
    application.drop("rows.csv", customers(31, 32, 33, 34).replace("secret-31", "no"));

    awaitPaused(4);
    mendAndResume();

    JsonNode summary = application.awaitFinished("rows");
    assertThat(summary.path("succeeded").asInt()).isEqualTo(3);
    List<JsonNode> failed = requests("FAILED");
    assertThat(failed).hasSize(1);
    assertThat(failed.get(0).path("failureClass").asText()).isEqualTo("REJECTED_CREDENTIALS");
    assertThat(Files.readString(application.results().resolve("rows.failed.csv")))
        .contains("Customer 31", "REJECTED_CREDENTIALS")
        .doesNotContain("Customer 32");
  }

  private JsonNode summary(String name) throws IOException {
    return new ObjectMapper()
        .readTree(application.results().resolve(name + ".summary.json").toFile());
  }

  private void mendAndResume() throws IOException, InterruptedException {
    application.simulator().set("integrationCodes", List.of(Switches.DEMO_INTEGRATION_CODE));
    HttpResponse<String> resumed = application.post("/verification/resume", null);
    assertThat(resumed.statusCode()).isEqualTo(200);
    assertThat(json(resumed).path("resumed").asInt()).isEqualTo(1);
  }

  private void awaitPaused(int rows) throws Exception {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(requests("WAITING"))
                    .hasSize(rows)
                    .allMatch(row -> row.path("failureClass").asText().equals("INTEGRATION_CODE")));
    assertThat(requests("RUNNING")).isEmpty();
  }

  private List<JsonNode> requests(String status) throws Exception {
    List<JsonNode> rows = new ArrayList<>();
    json(application.get("/requests?status=" + status)).forEach(rows::add);
    return rows;
  }

  private HttpResponse<String> health() throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(10)).build(),
            BodyHandlers.ofString());
  }

  private static String instance(int number) {
    return """
        {"name": "Customer %1$d", "element": {"key": "autotaskfinance"}, "configuration": {
          "finance.autotask.username": "user-%1$d@customer-%1$d.example",
          "finance.autotask.password": "secret-%1$d",
          "finance.autotask.server.url": "https://ww3.autotask.net"}}
        """
        .formatted(number);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
