package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The acceptance script as a stranger runs it. Needs bash, curl and jq. */
class InstanceApiAcceptanceIT {

  private static final Path SCRIPT = Path.of("src/test/acceptance/instance-api.sh");

  @TempDir Path folder;

  @Test
  void every_row_of_the_acceptance_script_passes() throws Exception {
    for (String tool : List.of("curl", "jq")) {
      assumeTrue(isThere(tool), tool + " is missing");
    }
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
            "bash",
            SCRIPT.toAbsolutePath().toString(),
            // As LaunchedApplication does: half the CPU time of a start.
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC");
    builder
        .environment()
        .put("JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(Files.readString(output)).isTrue();
    } finally {
      // The script ends the program it started when it is told to end.
      process.destroy();
    }

    String said = Files.readString(output);
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said.lines().filter(line -> line.startsWith("ok "))).hasSize(rows());
  }

  private static int rows() throws IOException {
    return (int)
        Files.readAllLines(SCRIPT).stream().filter(line -> line.startsWith("row '")).count();
  }

  private static boolean isThere(String tool) throws Exception {
    return new ProcessBuilder("bash", "-c", "command -v " + tool).start().waitFor() == 0;
  }
}
