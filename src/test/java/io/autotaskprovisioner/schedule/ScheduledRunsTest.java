package io.autotaskprovisioner.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.RunningApplication;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole application with its schedules, on H2. */
class ScheduledRunsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path folder;

  @Test
  void a_run_asked_for_takes_the_files_and_shows_what_became_of_them() throws Exception {
    try (RunningApplication application = RunningApplication.start(folder, Map.of())) {
      Files.writeString(
          application.scheduled().resolve("night.csv"), RunningApplication.customers(1, 2, 3));

      HttpResponse<String> answer = application.post("/schedules/batch/runs", null);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      JsonNode run =
          await()
              .atMost(PATIENCE)
              .until(
                  () -> batch(application).path("runs").path(0),
                  latest -> latest.path("succeeded").asInt() == 3);
      assertThat(run.path("outcome").asText()).isEqualTo("COMPLETED");
      assertThat(run.path("cause").asText()).isEqualTo("REQUEST");
      assertThat(run.path("files").asInt()).isEqualTo(1);
      assertThat(run.path("records").asInt()).isEqualTo(3);
      assertThat(run.path("endedAt").asText()).isNotEmpty();
      assertThat(application.awaitFinished("night").path("door").asText()).isEqualTo("SCHEDULE");
      assertThat(application.scheduled()).isEmptyDirectory();
    }
  }

  private static JsonNode batch(RunningApplication application) throws Exception {
    for (JsonNode schedule : RunningApplication.json(application.get("/schedules"))) {
      if (schedule.path("name").asText().equals("batch")) {
        return schedule;
      }
    }
    throw new AssertionError("There is no schedule batch");
  }
}
