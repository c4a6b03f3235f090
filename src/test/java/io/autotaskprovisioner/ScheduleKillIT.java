package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.support.Folders;
import java.io.IOException;
import java.io.Writer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program, killed in the middle of a run of the batch schedule. */
class ScheduleKillIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int RECORDS = 40_000;

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private LaunchedApplication application;

  @AfterEach
  void stop() throws Exception {
    application.close();
  }

  @Test
  void a_killed_run_goes_on_where_it_was_and_every_record_is_in_the_journal_once()
      throws Exception {
    application =
        new LaunchedApplication(folder)
            .with("account.initial.user-secret", RunningApplication.USER_SECRET)
            .with("account.initial.organization-secret", RunningApplication.ORGANIZATION_SECRET)
            .with("intake.file.chunk-size", "50");
    application.launch("--demo").awaitReady();
    writeRecords(folder.resolve("scheduled/night.csv"));
    assertThat(send("POST", "/schedules/batch/runs").statusCode()).isEqualTo(202);
    await().atMost(PATIENCE).until(() -> records() > 0);

    application.kill();
    application.launch("--demo").awaitReady();
    long before = records();

    assertThat(before).isBetween(1L, RECORDS - 1L);
    JsonNode run =
        await()
            .atMost(PATIENCE)
            .until(this::run, latest -> latest.path("outcome").asText().equals("COMPLETED"));
    assertThat(run.path("id").asInt()).isEqualTo(1);
    assertThat(run.path("files").asInt()).isEqualTo(1);
    assertThat(run.path("records").asInt()).isEqualTo(RECORDS);
    assertThat(run.path("waiting").asInt()).isEqualTo(RECORDS);
    assertThat(JSON.readTree(send("GET", "/batches").body())).hasSize(1);
    assertThat(Folders.names(folder.resolve("scheduled"))).isEmpty();
    assertThat(folder.resolve("archive/night.%d.csv".formatted(batch()))).exists();
  }

  /** Their time is far off, so that the run is all there is to do. */
  private static void writeRecords(Path file) throws IOException {
    try (Writer csv = Files.newBufferedWriter(file)) {
      csv.write("name,username,password,serverUrl,notBefore\n");
      for (int i = 1; i <= RECORDS; i++) {
        csv.write(
            "Customer %1$d,user-%1$d@customer-%1$d.example,secret-%1$d,https://ww3.autotask.net,2099-01-01T00:00:00Z\n"
                .formatted(i));
      }
    }
  }

  private long records() throws Exception {
    return JSON.readTree(send("GET", "/batches").body()).path(0).path("records").asLong();
  }

  private long batch() throws Exception {
    return JSON.readTree(send("GET", "/batches").body()).path(0).path("id").asLong();
  }

  private JsonNode run() throws Exception {
    JsonNode batch = JSON.readTree(send("GET", "/schedules").body()).path(0);
    assertThat(batch.path("name").asText()).isEqualTo("batch");
    return batch.path("runs").path(0);
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(application.uri(path))
            .header("Authorization", RunningApplication.AUTHORIZATION)
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }
}
