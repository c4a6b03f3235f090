package io.autotaskprovisioner.intake;

import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.simulator.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drop folder of the whole application, from the file to the instances and result files. */
class DropFolderTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final String HEADER = "name,username,password,serverUrl\n";

  @TempDir static Path folder;
  private static RunningApplication application;

  @BeforeAll
  static void start() throws Exception {
    application =
        RunningApplication.start(
            folder,
            Map.of(
                "provisioning.retry.first-delay", "100ms",
                "provisioning.retry.max-delay", "500ms"));
    // One accepted login, so that a test's rejected ones do not make the integration code suspect.
    drop("first.csv", HEADER + row("First", 1));
    assertThat(awaitFinished("first").path("succeeded").asInt()).isEqualTo(1);
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @BeforeEach
  void clearFaults() {
    application.simulator().clearFaults();
  }

  @Test
  void good_and_bad_rows_end_in_three_files_and_the_corrected_one_provisions_the_rest_once()
      throws Exception {
    String bad = "=Bad()+B,user-12@customer-12.example,mistyped,https://ww3.autotask.net\n";
    String ugly = "Elsewhere,user-13@customer-13.example,secret-13,https://other.example\n";
    drop("mixed.csv", HEADER + row("Good A", 11) + bad + ugly);

    JsonNode summary = awaitFinished("mixed");

    assertThat(summary.path("succeeded").asInt()).isEqualTo(1);
    assertThat(summary.path("failed").asInt()).isEqualTo(2);
    List<String> succeeded = Files.readAllLines(results("mixed.succeeded.ndjson"));
    assertThat(succeeded).hasSize(1);
    JsonNode instance = JSON.readTree(succeeded.get(0));
    assertThat(instance.path("name").asText()).isEqualTo("Good A");
    assertThat(instance.has("token")).isFalse();
    List<String> failed = Files.readAllLines(results("mixed.failed.csv"));
    assertThat(failed).hasSize(3);
    assertThat(failed.get(0)).isEqualTo(HEADER.strip() + ",requestId,failureClass,reason");
    assertThat(failed.get(1))
        .startsWith("'=Bad()+B,user-12@customer-12.example,********,https://ww3.autotask.net,r-")
        .contains(",REJECTED_CREDENTIALS,");
    assertThat(failed.get(2)).contains("Elsewhere", "********", ",HOST_NOT_ALLOWED,");

    String corrected =
        Files.readString(results("mixed.failed.csv"))
            .replaceFirst("\\*{8}", "secret-12")
            .replace("https://other.example", "https://ww3.autotask.net");
    drop("corrected.csv", corrected);

    assertThat(awaitFinished("corrected").path("succeeded").asInt()).isEqualTo(2);
    assertThat(Files.readString(results("corrected.succeeded.ndjson")))
        .contains("\"name\":\"=Bad()+B\"");
    drop("corrected-again.csv", corrected);
    JsonNode again = awaitFinished("corrected-again");
    assertThat(again.path("duplicate").asInt()).isEqualTo(2);
    drop("whole.csv", HEADER + row("Good A", 11) + row("=Bad()+B", 12) + row("Elsewhere", 13));
    assertThat(awaitFinished("whole").path("duplicate").asInt()).isEqualTo(3);
  }

  @Test
  void rows_wait_while_autotask_is_away_and_all_succeed_after_it() throws Exception {
    application.simulator().add(Fault.next(0, Fault.Kind.GATEWAY).with(503, ""));
    drop("outage.csv", HEADER + row("Out A", 21) + row("Out B", 22));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(json(application.get("/requests?status=WAITING")))
                    .hasSize(2)
                    .allMatch(request -> request.path("attempts").asInt() > 1));

    application.simulator().clearFaults();

    JsonNode summary = awaitFinished("outage");
    assertThat(summary.path("succeeded").asInt()).isEqualTo(2);
    assertThat(summary.path("failed").asInt()).isZero();
  }

  private static String row(String name, int number) {
    return "%s,user-%d@customer-%d.example,secret-%d,https://ww3.autotask.net\n"
        .formatted(name, number, number, number);
  }

  private static void drop(String name, String content) throws IOException {
    Path elsewhere = Files.createTempFile(folder, "drop", ".tmp");
    Files.writeString(elsewhere, content);
    Files.move(elsewhere, application.inbox().resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path results(String name) {
    return application.results().resolve(name);
  }

  private static JsonNode awaitFinished(String name) {
    return await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> JSON.readTree(results(name + ".summary.json").toFile()),
            summary -> summary.path("status").asText().equals("FINISHED"));
  }
}
