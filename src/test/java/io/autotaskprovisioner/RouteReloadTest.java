package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.support.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteReloadTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;
  private RunningApplication application;

  @AfterEach
  void stop() {
    if (application != null) {
      application.close();
    }
  }

  @Test
  void a_changed_route_takes_effect_at_once_and_a_broken_one_changes_nothing() throws Exception {
    write("hello", greeting("one"));
    try (LogLines log = LogLines.of(RouteReload.class)) {
      application = RunningApplication.start(folder, List.of("--dev"), Map.of());
      assertThat(log.warnings()).anyMatch(line -> line.contains("not for production"));
      assertThat(greet()).isEqualTo("one");
      int routes = application.context().getRoutesSize();

      write("hello", greeting("two"));
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(greet()).isEqualTo("two"));

      write("hello", greeting("three").replace("steps:", "stepz:"));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(log.warnings())
                      .anyMatch(
                          line -> line.contains("hello.camel.yaml") && line.contains("line ")));
      assertThat(greet()).isEqualTo("two");

      write(
          "hello",
          greeting("four").replace("setBody:", "process: {ref: nobody}\n            - setBody:"));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(log.warnings()).anyMatch(line -> line.contains("nobody")));
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(greet()).isEqualTo("two"));

      write("hello", greeting("five"));
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(greet()).isEqualTo("five"));
      assertThat(application.context().getRoutesSize()).as("no other route went").isEqualTo(routes);
    }
  }

  @Test
  void without_the_argument_nothing_is_watched() throws Exception {
    application = RunningApplication.start(folder, Map.of());

    assertThat(application.context().hasService(RouteReload.class)).isNull();
  }

  private String greet() {
    try (ProducerTemplate template = application.context().createProducerTemplate()) {
      return template.requestBody("direct:hello", null, String.class);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void write(String name, String content) throws IOException {
    Path routes = Files.createDirectories(folder.resolve("routes"));
    Files.writeString(routes.resolve(name + ".camel.yaml"), content);
  }

  private static String greeting(String word) {
    return """
    - route:
        id: hello
        from:
          uri: direct
          parameters:
            name: hello
          steps:
            - setBody:
                expression:
                  constant:
                    expression: %s
    """
        .formatted(word);
  }
}
