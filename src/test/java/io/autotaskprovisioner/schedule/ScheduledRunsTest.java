package io.autotaskprovisioner.schedule;

import static io.autotaskprovisioner.RunningApplication.customers;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.support.Folders;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scheduled folder in the whole application. */
class ScheduledRunsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static RunningApplication application;

  @BeforeAll
  static void start() throws Exception {
    application = RunningApplication.start(folder, Map.of());
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @Test
  void a_run_takes_every_file_as_a_batch_of_its_own_and_shows_what_became_of_them()
      throws Exception {
    assertThat(Files.getPosixFilePermissions(application.scheduled()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    Files.writeString(application.scheduled().resolve("a.csv"), customers(1, 2, 3));
    Files.writeString(application.scheduled().resolve("b.csv"), customers(4) + "only a name\n");
    Files.writeString(application.scheduled().resolve("empty.csv"), "");
    Files.writeString(application.scheduled().resolve("notes.txt"), "no requests");

    HttpResponse<String> answer = application.post("/schedules/batch/runs", null);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    JsonNode run =
        awaitRun(
            latest ->
                latest.path("succeeded").asInt() == 4
                    && !latest.path("outcome").asText().equals("RUNNING"));
    assertThat(run.path("outcome").asText()).isEqualTo("COMPLETED");
    assertThat(run.path("cause").asText()).isEqualTo("REQUEST");
    assertThat(run.path("files").asInt()).isEqualTo(3);
    assertThat(run.path("filesRefused").asInt()).isEqualTo(1);
    assertThat(run.path("filesLeft").asInt()).isZero();
    assertThat(run.path("records").asInt()).isEqualTo(5);
    assertThat(run.path("failed").asInt()).isEqualTo(1);
    assertThat(Instant.parse(run.path("endedAt").asText()))
        .isAfter(Instant.parse(run.path("startedAt").asText()));
    assertThat(application.awaitFinished("a").path("door").asText()).isEqualTo("SCHEDULE");
    assertThat(application.awaitFinished("b").path("failed").asInt()).isEqualTo(1);
    assertThat(Folders.names(application.scheduled()))
        .containsExactlyInAnyOrder("empty.csv.refused", "notes.txt");
    assertThat(Folders.names(folder.resolve("archive")))
        .hasSize(2)
        .allMatch(n -> n.endsWith(".csv"));
    assertThat(gauge("schedule.last.run.timestamp.seconds"))
        .isCloseTo(Instant.now().getEpochSecond(), offset(120.0));
    assertThat(gauge("schedule.last.run.duration.seconds")).isPositive();
  }

  @Test
  void what_arrives_while_a_run_is_on_waits_for_the_next_and_another_run_is_refused()
      throws Exception {
    // A link is never read, so the run waits for it as for a file that still grows.
    Path link = application.scheduled().resolve("0-link.csv");
    Files.createSymbolicLink(link, Files.writeString(folder.resolve("elsewhere.csv"), "x"));
    assertThat(application.post("/schedules/batch/runs", null).statusCode()).isEqualTo(202);
    awaitRun(latest -> latest.path("outcome").asText().equals("RUNNING"));

    Path late = Files.writeString(application.scheduled().resolve("late.csv"), customers(31));
    HttpResponse<String> second = application.post("/schedules/batch/runs", null);

    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(json(second).path("message").asText()).contains("batch").contains("is being run");
    JsonNode run = awaitRun(latest -> latest.path("outcome").asText().equals("INCOMPLETE"));
    assertThat(run.path("files").asInt()).isZero();
    assertThat(run.path("filesLeft").asInt()).isEqualTo(1);
    assertThat(run.path("message").asText()).contains("1 files stay");
    assertThat(late).exists();
    Files.delete(link);
    await()
        .atMost(PATIENCE)
        .until(() -> application.post("/schedules/batch/runs", null).statusCode() == 202);
    awaitRun(latest -> latest.path("succeeded").asInt() == 1);
    assertThat(late).doesNotExist();
  }

  @Test
  void schedules_are_shown_with_their_next_run_and_an_unknown_one_is_not_found() throws Exception {
    JsonNode batch = schedule("batch");
    JsonNode verify = schedule("verify");

    assertThat(batch.path("cron").asText()).isEqualTo("0 0 2 * * ?");
    assertThat(batch.path("timeZone").asText()).isEqualTo("UTC");
    Instant next = Instant.parse(batch.path("nextRun").asText());
    assertThat(next).isBetween(Instant.now(), Instant.now().plus(Duration.ofDays(1)));
    assertThat(next.atOffset(ZoneOffset.UTC).getHour()).isEqualTo(2);
    assertThat(verify.path("cron").asText()).isEqualTo("off");
    assertThat(verify.path("nextRun").isNull()).isTrue();
    assertThat(application.post("/schedules/nightly/runs", null).statusCode()).isEqualTo(404);
  }

  private static double gauge(String name) {
    return application
        .context()
        .getRegistry()
        .findSingleByType(MeterRegistry.class)
        .get(name)
        .tag("schedule", "batch")
        .gauge()
        .value();
  }

  private static JsonNode awaitRun(Predicate<JsonNode> expected) {
    return await().atMost(PATIENCE).until(() -> schedule("batch").path("runs").path(0), expected);
  }

  private static JsonNode schedule(String name) throws Exception {
    for (JsonNode schedule : json(application.get("/schedules"))) {
      if (schedule.path("name").asText().equals(name)) {
        return schedule;
      }
    }
    throw new AssertionError("There is no schedule " + name);
  }
}
