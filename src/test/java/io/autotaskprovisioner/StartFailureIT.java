package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A start that cannot be ends at once, with one sentence that names the setting and the way out.
 */
class StartFailureIT {

  @TempDir Path folder;
  private LaunchedApplication application;

  @BeforeEach
  void prepare() {
    application = new LaunchedApplication(folder);
  }

  @AfterEach
  void stop() throws InterruptedException {
    application.close();
  }

  private String failureWith(String setting) throws Exception {
    Files.writeString(folder.resolve("application.properties"), setting + "\n");
    application.launch();
    assertThat(application.awaitExit()).as(application.log()).isEqualTo(1);
    String log = application.log();
    assertThat(log).doesNotContain("\tat ");
    return log.lines().reduce((first, last) -> last).orElseThrow();
  }

  @Test
  void an_unknown_key_is_named_with_the_nearest_known_one() throws Exception {
    assertThat(failureWith("htpp.port=8090\nhttp.prot=8090"))
        .contains("http.prot")
        .contains("did you mean http.port");
  }

  @Test
  void a_duration_without_meaning_is_named_with_examples() throws Exception {
    assertThat(failureWith("http.deadline=soon"))
        .isEqualTo(
            "Setting http.deadline is 'soon': give a duration with a unit, such as 500ms, 15s, 10m"
                + " or 24h.");
  }

  @Test
  void a_cron_expression_of_five_fields_is_named_with_an_example() throws Exception {
    assertThat(failureWith("schedule.batch.cron=0 2 * * *"))
        .startsWith("Setting schedule.batch.cron is '0 2 * * *': give off, or a Quartz cron")
        .contains("0 0 2 * * ?");
  }

  @Test
  void a_folder_that_is_a_file_is_named() throws Exception {
    Files.writeString(folder.resolve("taken"), "");
    assertThat(failureWith("intake.file.results-directory=taken"))
        .contains("intake.file.results-directory");
  }

  @Test
  void a_port_that_is_taken_is_named_for_the_api_and_for_management() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      application.with("http.port", Integer.toString(taken.getLocalPort()));
      assertThat(failureWith("")).contains("http.port").contains("in use");
    }
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      application = new LaunchedApplication(folder);
      application.with("management.port", Integer.toString(taken.getLocalPort()));
      assertThat(failureWith("")).contains("management.port").contains("in use");
    }
  }

  @Test
  void a_missing_or_wrong_key_for_existing_data_is_never_replaced() throws Exception {
    application.launch("--demo").awaitReady();
    assertThat(application.terminate()).isEqualTo(143);
    Path ring = folder.resolve("data/keyring.json");
    Files.move(ring, folder.resolve("keyring.moved"));
    assertThat(failureWith("")).contains("secret.key-file").contains("missing");
    assertThat(ring).doesNotExist();

    copyRingOfAnotherInstallation(ring);
    assertThat(failureWith("")).contains("secret.key-file").contains("not the key ring");
  }

  @Test
  void a_second_process_on_the_same_data_is_told_so() throws Exception {
    application.launch("--demo").awaitReady();
    try (LaunchedApplication second = new LaunchedApplication(folder)) {
      second.launch();
      assertThat(second.awaitExit()).isEqualTo(1);
      assertThat(second.log()).contains("data.directory").contains("another process");
    }
  }

  private void copyRingOfAnotherInstallation(Path target) throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    try (LaunchedApplication installation = new LaunchedApplication(other)) {
      installation.launch("--demo").awaitReady();
    }
    copy(other.resolve("data/keyring.json"), target);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to);
  }
}
