package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program's commands, beside its running server and without one. */
class CommandIT {

  @TempDir Path folder;

  private record Outcome(int exitCode, String out, String err) {}

  @Test
  void commands_ask_the_running_server_and_open_the_database_where_none_runs() throws Exception {
    try (LaunchedApplication server = new LaunchedApplication(folder)) {
      assertThat(command(server, "status").exitCode()).as("nothing is there").isEqualTo(3);
      assertThat(folder.resolve("data")).doesNotExist();

      server.launch("--demo").awaitReady();
      Outcome up = command(server, "status");
      assertThat(up.exitCode()).as(up.err()).isZero();
      assertThat(up.out()).startsWith("Server        ready at http://127.0.0.1:");

      Outcome checked = command(server, "check", "demo/customers.csv", "--demo");
      assertThat(checked.exitCode()).as(checked.err()).isEqualTo(1);
      assertThat(checked.out()).contains("customers.csv:11  username  UNKNOWN_LOGIN");

      Outcome provisioned = command(server, "provision", "demo/customers.csv");
      assertThat(provisioned.exitCode()).as(provisioned.err()).isEqualTo(1);
      assertThat(provisioned.out())
          .contains("REJECTED_CREDENTIALS", "8 succeeded", "4 failed")
          .doesNotContain("not-the-secret");
      assertThat(command(server, "provision", "missing.csv").exitCode()).isEqualTo(2);

      server.terminate();
      Outcome down = command(server, "status");
      assertThat(down.exitCode()).isEqualTo(3);
      assertThat(down.out()).contains("not running", "4 failed");
      assertThat(command(server, "provision", "demo/customers.csv").exitCode()).isEqualTo(3);
      String before = Files.readString(folder.resolve("data/first-account.properties"));
      assertThat(command(server, "accounts", "rotate", "1000").exitCode()).isZero();
      assertThat(folder.resolve("data/first-account.properties")).content().isNotEqualTo(before);
      assertThat(command(server, "accounts", "list").out()).contains("<- you");
      assertThat(command(server, "audit", "--from", "1h").out())
          .contains("on the command line account rotate 1000: done", "database open: done");
    }
  }

  private Outcome command(LaunchedApplication server, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-jar");
    command.add(Path.of("target/autotask-provisioner.jar").toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    Path out = folder.resolve("command-out.txt");
    Path err = folder.resolve("command-err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("HTTP_PORT", "" + server.apiPort());
    builder.environment().put("MANAGEMENT_PORT", "" + server.managementPort());
    builder.environment().put("SIMULATOR_PORT", "" + server.simulatorPort());
    Process process = builder.start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
    return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
