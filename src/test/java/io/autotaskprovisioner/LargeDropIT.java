package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.simulator.Simulator;
import io.autotaskprovisioner.simulator.SimulatorSettings;
import io.autotaskprovisioner.simulator.Switches;
import io.vertx.core.Vertx;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file of a gigabyte through the whole packaged program in its heap of 256 MB. Needs about 8 GB
 * of disk and some minutes: {@code mvn verify -Dlarge=true -Dit.test=LargeDropIT}.
 */
@EnabledIfSystemProperty(named = "large", matches = "true")
class LargeDropIT {

  private static final long FILE_BYTES = 1L << 30;
  private static final int VALUE_CHARACTERS = 5_000;
  private static final int DUE_ROWS = 100;
  private static final int MALFORMED_EVERY = 10;

  @TempDir Path folder;

  @Test
  void a_gigabyte_is_journaled_in_a_heap_of_256_mb_and_due_rows_are_provisioned_meanwhile()
      throws Exception {
    Vertx vertx = Vertx.vertx();
    try (Simulator simulator = Simulator.start(vertx, SimulatorSettings.onFreePort());
        LaunchedApplication application = application(simulator)) {
      application.launch().awaitReady();
      Path part = folder.resolve("inbox/large.csv.part");
      long rows = write(part);
      long size = Files.size(part);
      long begin = System.nanoTime();
      Files.move(part, folder.resolve("inbox/large.csv"));

      JsonNode summary =
          await()
              .atMost(Duration.ofMinutes(30))
              .pollInterval(Duration.ofMillis(500))
              .until(this::summary, read -> read.path("status").asText().equals("RUNNING"));
      double seconds = (System.nanoTime() - begin) / 1e9;
      long malformed = rows / MALFORMED_EVERY;
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () -> {
                assertThat(summary().path("succeeded").asLong()).isEqualTo(DUE_ROWS);
                assertThat(folder.resolve("results/large.failed.csv")).exists();
              });

      assertThat(summary.path("records").asLong()).isEqualTo(rows);
      assertThat(summary.path("failed").asLong()).isEqualTo(malformed);
      assertThat(summary().path("waiting").asLong()).isEqualTo(rows - malformed - DUE_ROWS);
      try (var lines = Files.lines(folder.resolve("results/large.failed.csv"))) {
        assertThat(lines.count()).isEqualTo(malformed + 1);
      }
      assertThat(application.log()).doesNotContain("OutOfMemory");
      System.out.printf(
          "%d MB, %d rows in %.1f s: %.0f rows/s, %.1f MB/s; peak RSS %s; database %d MB%n",
          size >> 20,
          rows,
          seconds,
          rows / seconds,
          size / 1048576.0 / seconds,
          peakMemory(application.pid()),
          databaseBytes() >> 20);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private LaunchedApplication application(Simulator simulator) {
    return new LaunchedApplication(folder)
        .with("autotask.discovery-url", simulator.discoveryUri().toString())
        .with("autotask.allowed-origins", simulator.baseUri().toString())
        .with("autotask.integration-code", Switches.DEMO_INTEGRATION_CODE);
  }

  /** The first rows are due at once, the others in another century; every tenth lacks cells. */
  private static long write(Path file) throws IOException {
    String value = "An ignored configuration value that is long. ".repeat(VALUE_CHARACTERS / 45);
    long written = 0;
    int row = 0;
    try (BufferedWriter csv = Files.newBufferedWriter(file)) {
      csv.write("name,username,password,serverUrl,notBefore,custom.description\n");
      while (written < FILE_BYTES || row % MALFORMED_EVERY != 0) {
        row++;
        boolean malformed = row % MALFORMED_EVERY == 0;
        boolean due = row < DUE_ROWS * MALFORMED_EVERY && row % MALFORMED_EVERY == 1;
        String line =
            malformed
                ? "Row %d,%s%n".formatted(row, value)
                : "Row %d,user-%d@customer-%d.example,secret-%d,https://ww3.autotask.net,%s,%s%n"
                    .formatted(row, row, row, row, due ? "" : "2099-01-01T00:00:00Z", value);
        csv.write(line);
        written += line.length();
      }
    }
    return row;
  }

  private JsonNode summary() throws IOException {
    Path file = folder.resolve("results/large.summary.json");
    ObjectMapper json = new ObjectMapper();
    return Files.exists(file) ? json.readTree(file.toFile()) : json.createObjectNode();
  }

  private static String peakMemory(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> line.substring("VmHWM:".length()).strip())
        .findFirst()
        .orElse("unknown");
  }

  private long databaseBytes() throws IOException {
    long bytes = 0;
    try (var files = Files.walk(folder.resolve("data"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }
}
