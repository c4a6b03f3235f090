package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code java -jar} finds Camel components in jars that lie in {@code ./ext}. */
class ExtensionJarIT {

  private static final String COMPONENT =
      """
      package com.example.pigeon;

      import java.nio.charset.StandardCharsets;
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.util.Map;
      import org.apache.camel.Consumer;
      import org.apache.camel.Endpoint;
      import org.apache.camel.Exchange;
      import org.apache.camel.Processor;
      import org.apache.camel.Producer;
      import org.apache.camel.support.DefaultComponent;
      import org.apache.camel.support.DefaultEndpoint;
      import org.apache.camel.support.DefaultProducer;

      public final class PigeonComponent extends DefaultComponent {
        protected Endpoint createEndpoint(String uri, String rest, Map<String, Object> options) {
          return new DefaultEndpoint(uri, this) {
            public Producer createProducer() {
              return new DefaultProducer(this) {
                public void process(Exchange exchange) throws Exception {
                  // Found by the class loader of the thread, as drivers and clients look for things.
                  Class<?> letter =
                      Class.forName(
                          "com.example.pigeon.Letter",
                          true,
                          Thread.currentThread().getContextClassLoader());
                  Files.writeString(
                      Path.of(rest),
                      letter.getSimpleName() + " " + exchange.getIn().getBody(String.class));
                }
              };
            }

            public Consumer createConsumer(Processor processor) {
              throw new UnsupportedOperationException();
            }
          };
        }
      }

      final class Letter {}
      """;

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

  @Test
  void a_destination_is_served_by_the_component_of_a_jar() throws Exception {
    buildJar(folder.resolve("ext/pigeon-1.0.jar"));
    application.with("delivery.loft.uri", "pigeon:letter.txt");
    application.launch("--demo").awaitReady();
    assertThat(application.log()).contains("Extensions from ext: [pigeon-1.0.jar]");

    provision();

    Path letter = folder.resolve("letter.txt");
    await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(letter));
    await()
        .untilAsserted(
            () ->
                assertThat(Files.readString(letter))
                    .startsWith("Letter {\"specversion\":\"1.0\",\"id\":\"evt_"));
  }

  @Test
  void without_its_jar_the_start_ends_with_the_artifact_to_get() throws Exception {
    application.with("delivery.loft.uri", "kafka:events?brokers=localhost:9092");
    application.launch("--demo");

    assertThat(application.awaitExit()).isEqualTo(1);
    assertThat(application.log().lines().reduce((first, last) -> last).orElseThrow())
        .matches(
            "Setting delivery\\.loft\\.uri: there is no component kafka; put"
                + " org\\.apache\\.camel:camel-kafka:[0-9.]+ and its dependencies into ext/\\.");
    assertThat(application.log()).doesNotContain("\tat ").doesNotContain("Exception");
  }

  private void provision() throws Exception {
    Properties account = new Properties();
    try (var file = Files.newBufferedReader(folder.resolve("data/first-account.properties"))) {
      account.load(file);
    }
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(application.uri("/elements/api-v2/instances"))
                    .header("Authorization", account.getProperty("authorization"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofFile(folder.resolve("demo/instance.json")))
                    .build(),
                BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  private void buildJar(Path jar) throws IOException {
    Path source = Files.createDirectories(folder.resolve("src")).resolve("PigeonComponent.java");
    Files.writeString(source, COMPONENT);
    Path classes = Files.createDirectories(folder.resolve("classes"));
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                List.of(
                        "--release",
                        "17",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        "-d",
                        classes.toString(),
                        source.toString())
                    .toArray(String[]::new));
    assertThat(result).as("javac").isZero();
    Files.createDirectories(jar.getParent());
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> compiled = Files.walk(classes)) {
      for (Path path : compiled.filter(Files::isRegularFile).toList()) {
        add(out, classes.relativize(path).toString(), Files.readAllBytes(path));
      }
      add(
          out,
          "META-INF/services/org/apache/camel/component/pigeon",
          "class=com.example.pigeon.PigeonComponent\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void add(JarOutputStream out, String name, byte[] content) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(content);
    out.closeEntry();
  }
}
