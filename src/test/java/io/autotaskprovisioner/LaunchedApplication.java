package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.autotaskprovisioner.support.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
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
public final class LaunchedApplication implements AutoCloseable {

  private static final Path JAR = Path.of("target/autotask-provisioner.jar").toAbsolutePath();

  private final Path folder;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final int apiPort = FreePort.find();
  private final int managementPort = FreePort.find();
  private final int simulatorPort = FreePort.find();
  private final int queuePort = FreePort.find();
  private final List<String> jvmOptions = new ArrayList<>();
  private Process process;

  public LaunchedApplication(Path folder) {
    this.folder = folder;
    environment.put("HTTP_PORT", Integer.toString(apiPort));
    environment.put("MANAGEMENT_PORT", Integer.toString(managementPort));
    environment.put("SIMULATOR_PORT", Integer.toString(simulatorPort));
    environment.put("QUEUE_PORT", Integer.toString(queuePort));
  }

  /** Adds a setting as its environment variable. */
  public LaunchedApplication with(String key, String value) {
    environment.put(
        key.replace('.', '_').replace('-', '_').toUpperCase(java.util.Locale.ROOT), value);
    return this;
  }

  /**
   * Replaces the options of the JVM that this class does not set itself, from the next launch on.
   */
  public LaunchedApplication jvmOptions(String... options) {
    jvmOptions.clear();
    jvmOptions.addAll(List.of(options));
    return this;
  }

  public int apiPort() {
    return apiPort;
  }

  public int managementPort() {
    return managementPort;
  }

  public int queuePort() {
    return queuePort;
  }

  public int simulatorPort() {
    return simulatorPort;
  }

  public Path folder() {
    return folder;
  }

  public long pid() {
    return process.pid();
  }

  /** Where its JMX answers, on this machine alone; a JMX service URL. */
  public String managementAddress() throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid()));
      try {
        return machine.startLocalManagementAgent();
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException(e);
    }
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + apiPort + path);
  }

  /** Starts the process; does not wait until it is ready. */
  public LaunchedApplication launch(String... arguments) throws IOException {
    assertThat(JAR).as("the packaged program").exists();
    return launchWith(StartArchive.options(JAR), arguments);
  }

  /** The same with the given options of the JVM in place of the archive of classes. */
  LaunchedApplication launchWith(List<String> archive, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    // Half the CPU time of a start, which tests pay again and again.
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.addAll(archive);
    command.addAll(jvmOptions);
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
  public LaunchedApplication awaitReady() {
    URI ready = URI.create("http://127.0.0.1:" + managementPort + "/observe/health/ready");
    await()
        // Seven seconds where nothing else runs on two cores.
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              assertThat(process.isAlive()).as(this::log).isTrue();
              return status(ready) == 200 && status(uri("/batches")) == 401;
            });
    return this;
  }

  /** kill -9: no chance to finish anything. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Stalls it, as a paused virtual machine does: SIGSTOP. */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets it go on after {@link #pause}: SIGCONT. */
  public void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    // The shell has a kill of its own; not every machine has the program.
    String command = "kill -%s %d".formatted(name, pid());
    int status = new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
    assertThat(status).as(command).isZero();
  }

  /** Whether the process was started and has not ended. */
  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** SIGTERM; answers the exit code. */
  public int terminate() throws InterruptedException {
    return terminate(Duration.ofSeconds(40));
  }

  int terminate(Duration atMost) throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS)).as(log()).isTrue();
    return process.exitValue();
  }

  /** Waits for the process to end by itself. */
  public int awaitExit() throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(log()).isTrue();
    return process.exitValue();
  }

  public String log() {
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

  @Override
  public void close() throws InterruptedException {
    if (process != null && process.isAlive()) {
      kill();
    }
  }
}
