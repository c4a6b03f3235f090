package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.simulator.Simulator;
import io.autotaskprovisioner.simulator.SimulatorSettings;
import io.autotaskprovisioner.simulator.Switches;
import io.autotaskprovisioner.support.WebhookReceiver;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of the packaged program, again and again, while all its doors are busy. More
 * kills than usual: {@code mvn verify -Dit.test=KillIT -Dkills=100}.
 */
class KillIT {

  private static final int ROWS = 2_000;
  private static final int KILLS = Integer.getInteger("kills", 6);
  private static final int CALLERS = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a failure leaves behind can be looked at. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, Long> answered = new ConcurrentHashMap<>();
  private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private Simulator simulator;
  private WebhookReceiver receiver;
  private LaunchedApplication application;

  @BeforeEach
  void start() throws Exception {
    simulator = Simulator.start(vertx, SimulatorSettings.onFreePort());
    receiver = new WebhookReceiver();
    application =
        new LaunchedApplication(folder)
            .with("autotask.discovery-url", simulator.discoveryUri().toString())
            .with("autotask.allowed-origins", simulator.baseUri().toString())
            .with("autotask.integration-code", Switches.DEMO_INTEGRATION_CODE)
            .with("account.initial.user-secret", RunningApplication.USER_SECRET)
            .with("account.initial.organization-secret", RunningApplication.ORGANIZATION_SECRET)
            // A claim of a killed process is taken over after its lease.
            .with("provisioning.worker.lease", "5s")
            .with("delivery.lease", "5s")
            .with("delivery.receiver.webhook", receiver.url("/hook"));
  }

  @AfterEach
  void end() throws Exception {
    stop.countDown();
    application.close();
    receiver.close();
    simulator.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void every_record_and_every_answered_request_is_provisioned_once_and_delivered()
      throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    application.launch().awaitReady();
    dropRows();
    List<Thread> callers = callers();
    for (int kill = 0; kill < KILLS; kill++) {
      // Not a wait for anything: the moment of the kill is what is random.
      TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(1_500));
      application.kill();
      application.launch().awaitReady();
    }
    stop.countDown();
    for (Thread caller : callers) {
      caller.join();
    }

    await()
        .atMost(Duration.ofSeconds(120))
        .until(() -> batch().path("status").asText().equals("FINISHED"));
    assertThat(batch().path("succeeded").asInt()).as("seed %d", seed).isEqualTo(ROWS);

    Map<String, List<Long>> instances = instancesByName();
    for (int row = 1; row <= ROWS; row++) {
      assertThat(instances.get("Row " + row)).as("row %d, seed %d", row, seed).hasSize(1);
    }
    assertThat(unexpected).as("answers, seed %d", seed).isEmpty();
    assertThat(answered).isNotEmpty();
    answered.forEach(
        (name, id) ->
            assertThat(instances.get(name)).as("%s, seed %d", name, seed).containsExactly(id));
    instances.forEach((name, ids) -> assertThat(ids).as("%s, seed %d", name, seed).hasSize(1));

    Set<Long> all = new HashSet<>();
    instances.values().forEach(all::addAll);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(deliveredInstances()).containsAll(all));
    assertThat(deliveredInstances()).isEqualTo(all);
    System.out.printf(
        "%d kills: %d rows and %d answered requests, %d instances, 0 lost, 0 double, all delivered%n",
        KILLS, ROWS, answered.size(), all.size());
  }

  private void dropRows() throws IOException {
    StringBuilder csv = new StringBuilder("name,username,password,serverUrl\n");
    for (int row = 1; row <= ROWS; row++) {
      csv.append(
          "Row %d,user-%d@customer-%d.example,secret-%d,https://ww3.autotask.net%n"
              .formatted(row, row, row, row));
    }
    Path part = folder.resolve("inbox/rows.csv.part");
    Files.writeString(part, csv);
    Files.move(part, folder.resolve("inbox/rows.csv"));
  }

  /** Callers that repeat each request with its key until it is answered. */
  private List<Thread> callers() {
    List<Thread> callers = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      int first = 500_000 + caller * 50_000;
      Thread thread =
          new Thread(
              () -> {
                for (int number = first; stop.getCount() > 0; number++) {
                  provisionUntilAnswered(number);
                }
              });
      thread.start();
      callers.add(thread);
    }
    return callers;
  }

  private void provisionUntilAnswered(int number) {
    String name = "Call " + number;
    ObjectNode body = JSON.createObjectNode().put("name", name);
    body.putObject("element").put("key", "autotaskfinance");
    body.putObject("configuration")
        .put("finance.autotask.username", "user-%d@customer-%d.example".formatted(number, number))
        .put("finance.autotask.password", "secret-" + number)
        .put("finance.autotask.server.url", "https://ww3.autotask.net");
    HttpRequest request =
        HttpRequest.newBuilder(application.uri("/elements/api-v2/instances"))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", RunningApplication.AUTHORIZATION)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "\"call-" + number + "\"")
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    while (stop.getCount() > 0) {
      try {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() == 200) {
          answered.put(name, JSON.readTree(response.body()).get("id").asLong());
          return;
        }
        if (response.statusCode() == 409) {
          // Reserved by the killed process: free again after twice the deadline. The next number
          // goes on.
          return;
        }
        if (response.statusCode() < 500) {
          unexpected.add(name + ": " + response.statusCode() + " " + response.body());
          return;
        }
      } catch (IOException e) {
        // The process is down; the same request with the same key is safe to repeat.
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> response = send(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private HttpResponse<String> send(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(application.uri(path))
            .header("Authorization", RunningApplication.AUTHORIZATION)
            .build(),
        BodyHandlers.ofString());
  }

  private JsonNode batch() throws Exception {
    JsonNode batches = get("/batches");
    return batches.size() == 1 ? batches.get(0) : JSON.createObjectNode();
  }

  private Map<String, List<Long>> instancesByName() throws Exception {
    Map<String, List<Long>> instances = new HashMap<>();
    String next = "";
    do {
      HttpResponse<String> page = send("/elements/api-v2/instances?pageSize=500&nextPage=" + next);
      JSON.readTree(page.body())
          .forEach(
              instance ->
                  instances
                      .computeIfAbsent(instance.get("name").asText(), n -> new ArrayList<>())
                      .add(instance.get("id").asLong()));
      next = page.headers().firstValue("Elements-Next-Page-Token").orElse(null);
    } while (next != null);
    return instances;
  }

  private Set<Long> deliveredInstances() throws IOException {
    Set<Long> ids = new HashSet<>();
    for (WebhookReceiver.Received received : receiver.received()) {
      ids.add(JSON.readTree(received.body()).at("/data/instance/id").asLong());
    }
    return ids;
  }
}
