package io.autotaskprovisioner.schedule;

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
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two whole applications on one PostgreSQL and one scheduled folder. */
class TwoNodesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void runs_follow_each_other_whichever_node_has_them_and_a_file_becomes_one_batch()
      throws Exception {
    Map<String, String> shared = new HashMap<>();
    shared.put("storage.url", TestDatabase.emptyPostgresUrl());
    shared.put("storage.user", "postgres");
    shared.put("storage.password", "postgres");
    shared.put("storage.pool-size", "6");
    shared.put("secret.key-file", folder.resolve("keyring.json").toString());
    shared.put("intake.file.scheduled-directory", folder.resolve("scheduled").toString());
    shared.put("schedule.batch.cron", "* * * * * ?");
    try (RunningApplication one =
            RunningApplication.start(Files.createDirectory(folder.resolve("one")), shared);
        RunningApplication other =
            RunningApplication.start(Files.createDirectory(folder.resolve("other")), shared)) {
      for (int number = 1; number <= 3; number++) {
        Path part = folder.resolve("part");
        Files.writeString(part, customers(number));
        Files.move(part, folder.resolve("scheduled/file-" + number + ".csv"));
      }

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode batches = json(one.get("/batches"));
                assertThat(batches).hasSize(3);
                assertThat(batches).allMatch(b -> b.path("succeeded").asInt() == 1);
              });
      assertThat(json(other.get("/elements/api-v2/instances"))).hasSize(3);
      assertRunsFollowEachOther(json(other.get("/schedules")).path(0));
    }
  }

  private static void assertRunsFollowEachOther(JsonNode batch) {
    assertThat(batch.path("name").asText()).isEqualTo("batch");
    assertThat(batch.path("runs").size()).isGreaterThan(1);
    Instant laterStart = null;
    for (JsonNode run : batch.path("runs")) {
      assertThat(run.path("cause").asText()).isEqualTo("CRON");
      if (laterStart != null) {
        assertThat(Instant.parse(run.path("endedAt").asText())).isBeforeOrEqualTo(laterStart);
      }
      laterStart = Instant.parse(run.path("startedAt").asText());
    }
  }
}
