package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.simulator.Fault;
import io.autotaskprovisioner.simulator.Simulator;
import io.autotaskprovisioner.simulator.SimulatorSettings;
import io.autotaskprovisioner.simulator.Switches;
import io.vertx.core.Vertx;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of the packaged program while it waits for what a tenant says. */
class EnrichmentKillIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private Simulator simulator;
  private LaunchedApplication application;

  @BeforeEach
  void start() throws Exception {
    simulator = Simulator.start(vertx, SimulatorSettings.onFreePort());
    application =
        new LaunchedApplication(folder)
            .with("autotask.discovery-url", simulator.discoveryUri().toString())
            .with("autotask.allowed-origins", simulator.baseUri().toString())
            .with("autotask.integration-code", Switches.DEMO_INTEGRATION_CODE)
            .with("account.initial.user-secret", RunningApplication.USER_SECRET)
            .with("account.initial.organization-secret", RunningApplication.ORGANIZATION_SECRET)
            .with("enrichment.lease", "5s");
    application.launch().awaitReady();
  }

  @AfterEach
  void end() throws Exception {
    application.close();
    simulator.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void a_tenant_that_was_being_asked_is_asked_again_after_the_kill() throws Exception {
    simulator.add(new Fault(Fault.Kind.SILENCE, 1, "/version", 200, "", 0));
    long instance =
        send(HttpRequest.newBuilder(application.uri("/elements/api-v2/instances"))
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        """
                            {"name": "Customer", "element": {"key": "autotaskfinance"},
                             "configuration": {
                              "finance.autotask.username": "user-1@customer-1.example",
                              "finance.autotask.password": "secret-1",
                              "finance.autotask.server.url": "https://ww3.autotask.net"}}""")))
            .path("id")
            .asLong();
    await().atMost(PATIENCE).until(() -> versionCalls() == 1);

    application.kill();
    application.launch().awaitReady();

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(tenant(instance).path("companyName").isNull()).isFalse());
    assertThat(tenant(instance).path("productVersion").asText()).isEqualTo("2026.3.0.17");
    assertThat(versionCalls()).isGreaterThanOrEqualTo(2);
  }

  private long versionCalls() {
    return simulator.requests().stream()
        .filter(request -> request.path().toLowerCase().endsWith("/version"))
        .count();
  }

  private JsonNode tenant(long instance) throws Exception {
    return send(
        HttpRequest.newBuilder(
            application.uri("/elements/api-v2/instances/" + instance + "/autotask")));
  }

  private JsonNode send(HttpRequest.Builder request) throws Exception {
    String body =
        http.send(
                request.header("Authorization", RunningApplication.AUTHORIZATION).build(),
                BodyHandlers.ofString())
            .body();
    return new ObjectMapper().readTree(body);
  }
}
