package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** One simulator on a free port, reset after each test, and a client that speaks to it. */
abstract class SimulatorCase {

  static final String CODE = Switches.DEMO_INTEGRATION_CODE;
  static final String ACME = "api.user@acme.example";
  static final String ACME_SECRET = "acme-api-secret";
  static final ObjectMapper JSON = new ObjectMapper();

  private static Vertx vertx;
  static Simulator simulator;
  static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    simulator = Simulator.start(vertx, SimulatorSettings.onFreePort());
  }

  @AfterAll
  static void stop() {
    simulator.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @AfterEach
  void reset() {
    simulator.reset();
  }

  static HttpRequest.Builder request(String path) {
    URI uri = path.startsWith("http") ? URI.create(path) : URI.create(simulator.baseUri() + path);
    return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10));
  }

  /** A call below V1.0 with the three headers of Acme's user. */
  static HttpRequest.Builder acme(String path) {
    return login(path, ACME, ACME_SECRET, CODE);
  }

  static HttpRequest.Builder login(String path, String user, String secret, String code) {
    return request(path.startsWith("http") ? path : "/ATServicesRest/V1.0/" + path)
        .header("UserName", user)
        .header("Secret", secret)
        .header("ApiIntegrationCode", code);
  }

  static HttpRequest.Builder basic(String path, String user, String secret) {
    String pair =
        Base64.getEncoder().encodeToString((user + ":" + secret).getBytes(StandardCharsets.UTF_8));
    return request("/ATServicesRest/V1.0/" + path).header("Authorization", "Basic " + pair);
  }

  static HttpRequest.Builder post(HttpRequest.Builder request, String body) {
    return request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
  }

  static HttpRequest.Builder send(String method, HttpRequest.Builder request, String body) {
    return request.method(method, BodyPublishers.ofString(body));
  }

  static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  static int status(HttpRequest.Builder request) throws IOException, InterruptedException {
    return send(request).statusCode();
  }

  static CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
    return HTTP.sendAsync(request.build(), BodyHandlers.ofString());
  }

  static JsonNode json(HttpRequest.Builder request) throws IOException, InterruptedException {
    return JSON.readTree(send(request).body());
  }
}
