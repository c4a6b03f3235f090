package io.autotaskprovisioner.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * After all tests of the build that run the application in their own process: a document is only
 * checked by what was asked.
 */
class OpenApiReachedIT {

  @Test
  void every_documented_operation_was_answered_with_success_in_some_test() throws IOException {
    assumeTrue(Files.isDirectory(DocumentedApi.REACHED), "the tests before this one did not run");
    Set<String> succeeded = new TreeSet<>();
    try (Stream<Path> files = Files.list(DocumentedApi.REACHED)) {
      for (Path file : files.toList()) {
        Files.readAllLines(file).stream()
            .filter(line -> line.matches(".* 2\\d\\d"))
            .forEach(line -> succeeded.add(line.substring(0, line.length() - 4)));
      }
    }

    assertThat(DocumentedApi.operations())
        .extracting(DocumentedApi.Operation::toString)
        .as("operations that no test saw succeed are not in %s", succeeded)
        .allMatch(succeeded::contains);
  }
}
