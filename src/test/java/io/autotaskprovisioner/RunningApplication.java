package io.autotaskprovisioner;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.api.DocumentedApi;
import io.autotaskprovisioner.simulator.Simulator;
import io.autotaskprovisioner.simulator.SimulatorSettings;
import io.autotaskprovisioner.simulator.Switches;
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
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.main.Main;

/**
 * The whole application in this process, on free ports and a folder of its own, with a simulator
 * that a test can switch.
 */
public final class RunningApplication implements AutoCloseable {

  public static final String USER_SECRET = "user+secret/of=the-first-account";
  public static final String ORGANIZATION_SECRET = "0123456789abcdef0123456789abcdef";
  public static final String AUTHORIZATION =
      "User " + USER_SECRET + ", Organization " + ORGANIZATION_SECRET;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final Simulator simulator;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Main main;

  private RunningApplication(Path folder, List<String> arguments, Map<String, String> settings) {
    this.folder = folder;
    this.simulator = Simulator.start(vertx, SimulatorSettings.onFreePort());
    this.main = Application.configured(arguments, folder.resolve("routes"));
    set("element.directory", folder.resolve("elements").toString());
    set("http.port", "0");
    set("management.port", "0");
    set("queue.port", "0");
    set("queue.enabled", "false");
    set("data.directory", folder.resolve("data").toString());
    set("intake.file.directory", inbox().toString());
    set("intake.file.scheduled-directory", scheduled().toString());
    set("intake.file.archive-directory", folder.resolve("archive").toString());
    set("intake.file.results-directory", results().toString());
    set("intake.file.minimum-age", "200ms");
    set("intake.file.poll-interval", "100ms");
    set("intake.results.refresh-interval", "200ms");
    set("autotask.discovery-url", simulator.discoveryUri().toString());
    set("autotask.allowed-origins", simulator.baseUri().toString());
    set("autotask.integration-code", Switches.DEMO_INTEGRATION_CODE);
    set("account.initial.user-secret", USER_SECRET);
    set("account.initial.organization-secret", ORGANIZATION_SECRET);
    set("account.password-rounds", "1000");
    settings.forEach(this::set);
  }

  /** Starts it with settings beyond the ones above. */
  public static RunningApplication start(Path folder, Map<String, String> settings)
      throws Exception {
    return start(folder, List.of(), settings);
  }

  /** The same with a component in place of the one that a URI's scheme would give. */
  public static RunningApplication start(
      Path folder, String scheme, Component component, Map<String, String> settings)
      throws Exception {
    RunningApplication application = new RunningApplication(folder, List.of(), settings);
    application.main.bind(scheme, component);
    application.main.start();
    return application;
  }

  /** The same with arguments of the command line. */
  public static RunningApplication start(
      Path folder, List<String> arguments, Map<String, String> settings) throws Exception {
    RunningApplication application = new RunningApplication(folder, arguments, settings);
    application.main.start();
    return application;
  }

  public Simulator simulator() {
    return simulator;
  }

  public Path inbox() {
    return folder.resolve("inbox");
  }

  public Path scheduled() {
    return folder.resolve("scheduled");
  }

  public Path results() {
    return folder.resolve("results");
  }

  public Path folder() {
    return folder;
  }

  public CamelContext context() {
    return main.getCamelContext();
  }

  public URI uri(String path) {
    int port = context().getRegistry().findSingleByType(PlatformHttpEngine.class).getServerPort();
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** A request to the API as the first account, with a body as JSON where there is one. */
  public HttpRequest.Builder request(String method, String path, String body) {
    return HttpRequest.newBuilder(uri(path))
        .timeout(Duration.ofSeconds(30))
        .header("Authorization", AUTHORIZATION)
        .header("Content-Type", "application/json")
        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
  }

  /** Sends it, and holds the answer of the API against its OpenAPI document. */
  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpRequest built = request.build();
    HttpResponse<String> response = http.send(built, BodyHandlers.ofString());
    if (built.uri().getPort() == uri("/").getPort()) {
      DocumentedApi.check(built, response);
    }
    return response;
  }

  public HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return send(request("POST", path, body));
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request("GET", path, null));
  }

  public static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  /** Puts a file into the drop folder as its users do: written elsewhere and renamed in. */
  public void drop(String name, String content) throws IOException {
    Path elsewhere = Files.createTempFile(folder, "drop", ".tmp");
    Files.writeString(elsewhere, content);
    Files.move(elsewhere, inbox().resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * A CSV with a row for each number: the names are {@code Customer <number>}, the logins those
   * that the simulator accepts.
   */
  public static String customers(int... numbers) {
    StringBuilder csv = new StringBuilder("name,username,password,serverUrl\n");
    for (int number : numbers) {
      csv.append(
          "Customer %1$d,user-%1$d@customer-%1$d.example,secret-%1$d,https://ww3.autotask.net\n"
              .formatted(number));
    }
    return csv.toString();
  }

  /** The summary of a dropped file's batch, once nothing of it waits any more. */
  public JsonNode awaitFinished(String resultName) {
    return await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> JSON.readTree(results().resolve(resultName + ".summary.json").toFile()),
            summary -> summary.path("status").asText().equals("FINISHED"));
  }

  private void set(String key, String value) {
    main.addOverrideProperty(key, value);
  }

  @Override
  public void close() {
    main.stop();
    simulator.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
