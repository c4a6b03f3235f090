package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged program as a process of its own, in a folder of its own, on free ports. */
final class LaunchedApplication implements AutoCloseable {

  private static final Path JAR = Path.of("target/autotask-provisioner.jar").toAbsolutePath();

  private final Path folder;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final int apiPort = freePort();
  private final int managementPort = freePort();
  private final int simulatorPort = freePort();
  private final int queuePort = freePort();
  private Process process;

  LaunchedApplication(Path folder) {
    this.folder = folder;
    environment.put("HTTP_PORT", Integer.toString(apiPort));
    environment.put("MANAGEMENT_PORT", Integer.toString(managementPort));
    environment.put("SIMULATOR_PORT", Integer.toString(simulatorPort));
    environment.put("QUEUE_PORT", Integer.toString(queuePort));
  }

  /** Adds a setting as its environment variable. */
  LaunchedApplication with(String key, String value) {
    environment.put(
        key.replace('.', '_').replace('-', '_').toUpperCase(java.util.Locale.ROOT), value);
    return this;
  }

  int apiPort() {
    return apiPort;
  }

  int managementPort() {
    return managementPort;
  }

  int queuePort() {
    return queuePort;
  }

  int simulatorPort() {
    return simulatorPort;
  }

  Path folder() {
    return folder;
  }

  long pid() {
    return process.pid();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + apiPort + path);
  }

  /** Starts the process; does not wait until it is ready. */
  LaunchedApplication launch(String... arguments) throws IOException {
    assertThat(JAR).as("the packaged program").exists();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    // Half the CPU time of a start, which tests pay again and again.
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.add("-jar");
    command.add(JAR.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log.txt").toFile()));
    process = builder.start();
    return this;
  }

  /** Waits until the readiness check answers 200. */
  LaunchedApplication awaitReady() {
    URI ready = URI.create("http://127.0.0.1:" + managementPort + "/observe/health/ready");
    await()
        // Seven seconds where nothing else runs on two cores.
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              assertThat(process.isAlive()).as(log()).isTrue();
              return status(ready) == 200 && status(uri("/batches")) == 401;
            });
    return this;
  }

  /** kill -9: no chance to finish anything. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGTERM; answers the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(40, TimeUnit.SECONDS)).as(log()).isTrue();
    return process.exitValue();
  }

  /** Waits for the process to end by itself. */
  int awaitExit() throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(log()).isTrue();
    return process.exitValue();
  }

  String log() {
    try {
      return Files.readString(folder.resolve("log.txt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int status(URI uri) {
    try {
      return http.send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build(),
              BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null && process.isAlive()) {
      kill();
    }
  }
}
