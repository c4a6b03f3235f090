package io.autotaskprovisioner.intake;

import static io.autotaskprovisioner.RunningApplication.customers;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.support.LogLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A results folder that cannot be written to, in the whole application. */
class ResultsFolderTest {

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  @TempDir static Path folder;
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
  void provisioning_goes_on_without_a_results_folder_and_the_files_are_made_up_for()
      throws Exception {
    Path results = application.results();
    try (LogLines log = LogLines.of(ResultFiles.class)) {
      // A file in its place: permissions would not stop a test that runs as root.
      Path file = Files.writeString(folder.resolve("file"), "not a folder");
      // Not at once, since the program makes the folder anew in between.
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(
              () -> {
                Files.move(results, folder.resolve("away-" + System.nanoTime()));
                Files.createLink(results, file);
                return true;
              });
      application.drop("blind.csv", customers(1, 2));
      await()
          .atMost(PATIENCE)
          .until(() -> json(application.get("/requests?status=SUCCEEDED")).size() == 2);
      application.drop("blind-too.csv", customers(3));
      await()
          .atMost(PATIENCE)
          .until(() -> json(application.get("/batches?status=FINISHED")).size() == 2);
      assertThat(Files.readString(results)).isEqualTo("not a folder");
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains(results.toString(), "cannot be written", "tried again");

      Files.delete(results);

      assertThat(application.awaitFinished("blind").path("succeeded").asInt()).isEqualTo(2);
      assertThat(application.awaitFinished("blind-too").path("succeeded").asInt()).isEqualTo(1);
      await().atMost(PATIENCE).until(() -> log.all().contains("Result files can be written again"));
      assertThat(log.warnings()).hasSize(1);
    }
    assertThat(results.resolve(Identity.FILE_NAME)).exists();
    assertThat(Files.readAllLines(results.resolve("blind.succeeded.ndjson"))).hasSize(2);
    assertThat(Files.readAllLines(results.resolve("blind.failed.csv"))).hasSize(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(results)))
        .isEqualTo("rwx------");
  }
}
