package io.autotaskprovisioner.schedule;

import static io.autotaskprovisioner.RunningApplication.customers;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.RunningApplication;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that the end of the program cuts off. */
class InterruptedRunTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void a_verification_goes_on_after_the_next_start_behind_what_was_done() throws Exception {
    long id;
    try (RunningApplication application = start("24h")) {
      application.drop("first.csv", customers(1, 2, 3));
      assertThat(application.awaitFinished("first").path("succeeded").asInt()).isEqualTo(3);
      long before = calls(application);
      assertThat(application.post("/schedules/verify/runs", null).statusCode()).isEqualTo(202);
      // The first of three is verified at once, the second in eight hours.
      await().atMost(PATIENCE).until(() -> calls(application) == before + 1);
      id = run(application).path("id").asLong();
      assertThat(application.post("/schedules/verify/runs", null).statusCode()).isEqualTo(409);
    }

    try (RunningApplication application = start("0s")) {
      JsonNode run =
          await()
              .atMost(PATIENCE)
              .until(
                  () -> run(application),
                  latest -> latest.path("outcome").asText().equals("COMPLETED"));

      assertThat(run.path("id").asLong()).isEqualTo(id);
      assertThat(run.path("checked").asInt()).isEqualTo(3);
      assertThat(calls(application)).isEqualTo(2);
    }
  }

  private RunningApplication start(String spread) throws Exception {
    return RunningApplication.start(folder, Map.of("schedule.verify.spread", spread));
  }

  private static long calls(RunningApplication application) {
    return application.simulator().requests().stream()
        .filter(call -> call.path().contains("ThresholdInformation"))
        .count();
  }

  private static JsonNode run(RunningApplication application) throws Exception {
    for (JsonNode schedule : json(application.get("/schedules"))) {
      if (schedule.path("name").asText().equals("verify")) {
        return schedule.path("runs").path(0);
      }
    }
    throw new AssertionError("There is no verification");
  }
}
