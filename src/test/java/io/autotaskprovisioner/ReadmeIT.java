package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README, word for word but for ports and folder. Needs bash, curl and sed. */
class ReadmeIT {

  private static final Pattern BASH_BLOCK = Pattern.compile("```bash\\n(.*?)```", Pattern.DOTALL);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private LaunchedApplication application;
  private List<String> blocks;

  @BeforeEach
  void startAsTheReadmeSays() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    blocks = BASH_BLOCK.matcher(readme).results().map(block -> block.group(1)).toList();
    Matcher run =
        Pattern.compile("java -jar target/autotask-provisioner.jar (--\\w+)")
            .matcher(blocks.get(0));
    assertThat(run.find()).isTrue();
    application =
        new LaunchedApplication(folder)
            .with("intake.file.minimum-age", "500ms")
            .with("intake.results.refresh-interval", "500ms")
            .launch(run.group(1))
            .awaitReady();
  }

  @AfterEach
  void stop() throws InterruptedException {
    application.close();
  }

  @Test
  void the_demo_provisions_by_curl_and_by_file_and_mends_what_failed() throws Exception {
    String curl = block("demo/instance.json");
    JsonNode instance = JSON.readTree(bash(curl));
    assertThat(instance.at("/element/id").asInt()).as(instance.toString()).isEqualTo(8152);
    assertThat(instance.get("token").asText()).isNotBlank();

    bash(block("cp demo/customers.csv"));
    JsonNode first = awaitSummary("customers.summary.json");
    assertThat(first.path("succeeded").asInt()).as(first.toString()).isEqualTo(8);
    assertThat(first.path("failed").asInt()).isEqualTo(4);
    assertThat(Files.readAllLines(folder.resolve("results/customers.succeeded.ndjson"))).hasSize(8);
    List<String> failed = Files.readAllLines(folder.resolve("results/customers.failed.csv"));
    assertThat(failed).hasSize(5);
    assertThat(String.join("\n", failed)).contains("********").doesNotContain("not-the-secret");

    bash(block("sed -e"));
    JsonNode second = awaitNewSummary();
    assertThat(second.path("succeeded").asInt()).as(second.toString()).isEqualTo(4);
    assertThat(second.path("duplicate").asInt()).isEqualTo(8);
  }

  @Test
  void the_commands_for_when_something_fails_answer_as_expected() throws Exception {
    String setUp = block("demo/instance.json").lines().findFirst().orElseThrow();
    String readme = Files.readString(Path.of("README.md"));
    Matcher command = Pattern.compile("`(curl -s [^`]*\\$[AM][^`]*)`").matcher(readme);
    int count = 0;
    while (command.find()) {
      if (!command.group(1).matches(".*/(ID|NAME|crm)/.*")) {
        String answer =
            bash(
                setUp
                    + "\nM=http://127.0.0.1:"
                    + application.managementPort()
                    + "\n"
                    + command.group(1).replace("curl -s", "curl -sf"));
        assertThat(answer).as(command.group(1)).isNotBlank();
        count++;
      }
    }
    assertThat(count).isGreaterThanOrEqualTo(5);
  }

  @Test
  void the_scheduled_folder_is_taken_on_request_and_the_run_shows_what_became_of_it()
      throws Exception {
    String setUp = block("demo/instance.json").lines().findFirst().orElseThrow() + "\n";
    JsonNode asked = JSON.readTree(bash(setUp + block("schedules/batch/runs")));
    assertThat(asked.path("name").asText()).isEqualTo("batch");

    JsonNode summary = awaitSummary("night.summary.json");
    assertThat(summary.path("succeeded").asInt()).as(summary.toString()).isEqualTo(8);
    String show = "curl -s http://127.0.0.1:8080/schedules -H \"$A\"";
    JsonNode run = JSON.readTree(bash(setUp + block(show))).path(0).path("runs").path(0);
    assertThat(run.path("outcome").asText()).as(run.toString()).isEqualTo("COMPLETED");
    assertThat(run.path("records").asInt()).isEqualTo(12);
    assertThat(run.path("failed").asInt()).isEqualTo(4);

    bash(setUp + block("schedules/verify/runs").replace("curl -s", "curl -sf"));
  }

  private String block(String part) {
    return blocks.stream().filter(block -> block.contains(part)).findFirst().orElseThrow();
  }

  private JsonNode awaitSummary(String name) {
    Path file = folder.resolve("results").resolve(name);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                Files.exists(file)
                    && JSON.readTree(file.toFile()).path("status").asText().equals("FINISHED"));
    return read(file);
  }

  /** The summary of the second file of the same name: its name ends with the batch's id. */
  private JsonNode awaitNewSummary() throws IOException {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> summaries().stream().anyMatch(name -> name.matches("customers-\\d+\\..*")));
    String name =
        summaries().stream()
            .filter(n -> n.matches("customers-\\d+\\..*"))
            .findFirst()
            .orElseThrow();
    return awaitSummary(name);
  }

  private List<String> summaries() throws IOException {
    try (var files = Files.list(folder.resolve("results"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".summary.json"))
          .toList();
    }
  }

  private JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String bash(String commands) throws Exception {
    String script = commands.replace("127.0.0.1:8080", "127.0.0.1:" + application.apiPort());
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder("bash", "-ec", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(output);
    assertThat(process.exitValue()).as("%s%n%s%n%s", script, text, application.log()).isZero();
    return text;
  }
}
