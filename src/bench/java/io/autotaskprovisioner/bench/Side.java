package io.autotaskprovisioner.bench;

import io.autotaskprovisioner.support.FreePort;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One of the two servers that are compared: a process with a database and a receiver of its own.
 */
final class Side implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofMinutes(1);

  private final String name;
  private final Path folder;
  private final int port;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Store store;
  private final Receiver receiver;
  private @Nullable Process process;

  /**
   * Its database.
   *
   * @param open whether others may look while it runs
   */
  record Store(String url, String user, String password, boolean open) {

    Connection connect() throws SQLException {
      return DriverManager.getConnection(url, user, password);
    }
  }

  /** What is in the database for good. */
  record Rows(long instances, long delivered) {}

  private Side(
      String name,
      Path folder,
      int port,
      List<String> command,
      Map<String, String> environment,
      Store store,
      Receiver receiver) {
    this.name = name;
    this.folder = folder;
    this.port = port;
    this.command = command;
    this.environment = environment;
    this.store = store;
    this.receiver = receiver;
  }

  /** The packaged program, with what it would have in production but for the doors not in use. */
  static Side product(
      Options options, Path folder, Store store, Vertx vertx, AutotaskStandIn autotask) {
    int port = FreePort.find();
    Receiver receiver = new Receiver(vertx);
    Map<String, String> environment = new HashMap<>();
    environment.put("HTTP_PORT", Integer.toString(port));
    environment.put("MANAGEMENT_PORT", Integer.toString(FreePort.find()));
    environment.put("QUEUE_ENABLED", "false");
    environment.put("ACCOUNT_INITIAL_USER_SECRET", Customers.USER_SECRET);
    environment.put("ACCOUNT_INITIAL_ORGANIZATION_SECRET", Customers.ORGANIZATION_SECRET);
    environment.put("AUTOTASK_DISCOVERY_URL", autotask.discoveryUrl());
    environment.put("AUTOTASK_ALLOWED_ORIGINS", autotask.origin());
    environment.put("AUTOTASK_INTEGRATION_CODE", Customers.INTEGRATION_CODE);
    // The floor does not ask it either.
    environment.put("ENRICHMENT_ENABLED", "false");
    environment.put("DELIVERY_RECEIVER_WEBHOOK", receiver.url());
    environment.put("DELIVERY_RECEIVER_SECRET", Customers.WEBHOOK_SECRET);
    if (!options.h2()) {
      environment.put("STORAGE_URL", store.url());
      environment.put("STORAGE_USER", store.user());
      environment.put("STORAGE_PASSWORD", store.password());
    }
    List<String> command = new ArrayList<>();
    command.add(options.java().toString());
    command.addAll(options.javaOptions());
    command.add("-jar");
    command.add(Path.of("target/autotask-provisioner.jar").toAbsolutePath().toString());
    return new Side("program", folder, port, command, environment, store, receiver);
  }

  /** The hand-written one. */
  static Side floor(
      Options options, Path folder, Store store, Vertx vertx, AutotaskStandIn autotask) {
    int port = FreePort.find();
    Receiver receiver = new Receiver(vertx);
    List<String> command = new ArrayList<>();
    command.add(options.java().toString());
    command.addAll(options.javaOptions());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Floor.class.getName()));
    command.addAll(
        List.of(
            Integer.toString(port),
            store.url(),
            store.user(),
            store.password(),
            autotask.discoveryUrl(),
            receiver.url()));
    return new Side("floor", folder, port, command, Map.of(), store, receiver);
  }

  String name() {
    return name;
  }

  int port() {
    return port;
  }

  Receiver receiver() {
    return receiver;
  }

  ProcessHandle process() {
    return Objects.requireNonNull(process).toHandle();
  }

  /**
   * Starts it.
   *
   * @return the time until its first answer to a provisioning, which is one more instance
   */
  Duration start() throws IOException, InterruptedException {
    Files.createDirectories(folder);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log.txt").toFile());
    builder.environment().putAll(environment);
    long start = System.nanoTime();
    process = builder.start();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + Customers.PATH))
            .header("Authorization", Customers.AUTHORIZATION)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(Customers.body(0, 1).getBytes()))
            .timeout(START_LIMIT)
            .build();
    HttpClient client = HttpClient.newHttpClient();
    String last = "";
    while (true) {
      try {
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        if (response.statusCode() == 200) {
          return Duration.ofNanos(System.nanoTime() - start);
        }
        last = response.body();
      } catch (IOException notYet) {
        if (!process.isAlive()) {
          throw new IOException(
              "The %s did not start:%n%s"
                  .formatted(name, Files.readString(folder.resolve("log.txt"))),
              notYet);
        }
      }
      if (System.nanoTime() - start > START_LIMIT.toNanos()) {
        throw new IOException("The %s does not provision: %s".formatted(name, last));
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** Whether {@link #rows} can be asked for while it runs. */
  boolean canBeLookedInto() {
    return store.open();
  }

  Rows rows() throws SQLException {
    try (Connection connection = store.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select (select count(*) from instance),
                  (select count(*) from delivery where status = 'DELIVERED')
                """)) {
      row.next();
      return new Rows(row.getLong(1), row.getLong(2));
    }
  }

  /** kill -9. */
  void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
