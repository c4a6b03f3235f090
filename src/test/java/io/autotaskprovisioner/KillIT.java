package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.faults.BusyCallers;
import io.autotaskprovisioner.simulator.Simulator;
import io.autotaskprovisioner.simulator.SimulatorSettings;
import io.autotaskprovisioner.simulator.Switches;
import io.autotaskprovisioner.support.WebhookReceiver;
import io.vertx.core.Vertx;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import java.io.IOException;
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
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
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

  private static final int DROPPED_ROWS = 1_000;
  private static final int ROWS_OF_A_SMALL_FILE = 10;
  private static final int KILLS = Integer.getInteger("kills", 6);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a failure leaves behind can be looked at. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final BusyCallers callers = new BusyCallers();

  /** Names that a door has acknowledged, each with the id it was answered, or 0 without one. */
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

  /** How often each message was sent, by correlation id; more than once after a lost connection. */
  private final Map<String, Integer> sendings = new ConcurrentHashMap<>();

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
            // What a killed process had in hand is taken over after its lease.
            .with("provisioning.worker.lease", "5s")
            .with("delivery.lease", "5s")
            .with("schedule.batch.cron", "0/2 * * * * ?")
            .with("delivery.retry.schedule", "1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s")
            .with("delivery.receiver.webhook", receiver.url("/hook"))
            .with("delivery.files.uri", "file:" + folder.resolve("events"))
            .with("delivery.ledger.table", "autotask_events")
            .with("delivery.ledger.url", ledgerUrl())
            .with("delivery.ledger.user", "sa");
    try (Connection ledger = DriverManager.getConnection(ledgerUrl(), "sa", "");
        Statement create = ledger.createStatement()) {
      create.execute(
          """
          create table autotask_events (
            event_id varchar(64) primary key,
            event_type varchar(100) not null,
            instance_id bigint not null,
            occurred_at timestamp with time zone not null,
            envelope text not null
          )
          """);
    }
  }

  @AfterEach
  void end() throws Exception {
    application.close();
    receiver.close();
    simulator.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void what_a_door_acknowledged_is_provisioned_once_and_delivered() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    application.launch().awaitReady();
    dropRows("inbox", "rows", 1, DROPPED_ROWS);
    callers.start(100_000, Duration.ZERO, this::provision);
    callers.start(200_000, Duration.ZERO, this::provision);
    callers.start(300_000, Duration.ZERO, this::send);
    callers.start(400_000, Duration.ZERO, this::send);
    callers.start(500_000, Duration.ofMillis(500), this::upload);
    callers.start(600_000, Duration.ofSeconds(1), this::leaveForTheSchedule);
    for (int kill = 0; kill < KILLS; kill++) {
      // Not a wait for anything: the moment of the kill is what is random.
      TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(2_500));
      application.kill();
      application.launch().awaitReady();
    }
    callers.stop();

    await().atMost(Duration.ofMinutes(3)).until(this::nothingWaits);
    Map<String, List<Long>> instances = instancesByName();
    acknowledged.forEach(
        (name, id) -> {
          List<Long> ids = instances.get(name);
          assertThat(ids).as("%s, seed %d", name, seed).hasSize(1);
          assertThat(id == 0 ? ids.get(0) : id).as("%s, seed %d", name, seed).isEqualTo(ids.get(0));
        });
    instances.forEach((name, ids) -> assertThat(ids).as("%s, seed %d", name, seed).hasSize(1));
    assertThat(doorsOf(acknowledged.keySet()).keySet())
        .containsExactlyInAnyOrder("Row", "Call", "Message", "Upload", "Night");

    Set<Long> all = new HashSet<>();
    instances.values().forEach(all::addAll);
    assertThat(keptCount()).as("kept count, seed %d", seed).isEqualTo(all.size());
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () -> {
              assertThat(posted()).as("posted, seed %d", seed).isEqualTo(all);
              assertThat(written()).as("written, seed %d", seed).isEqualTo(all);
            });
    Map<String, Integer> replies = repliesByCorrelationId();
    assertThat(replies.keySet()).as("replied to, seed %d", seed).isEqualTo(sendings.keySet());
    // Of a sending that was cut off only the broker knows whether it took place.
    replies.forEach(
        (message, count) ->
            assertThat(count)
                .as("replies to %s, seed %d", message, seed)
                .isBetween(1, sendings.get(message)));
    assertThat(application.terminate()).isEqualTo(143);
    assertThat(ledger()).as("ledger, seed %d", seed).containsExactlyInAnyOrderElementsOf(all);
    System.out.printf(
        "%d kills: %s acknowledged, %d instances, 0 lost, 0 double, all delivered%n",
        KILLS, doorsOf(acknowledged.keySet()), all.size());
  }

  private static Map<String, Integer> doorsOf(Set<String> names) {
    Map<String, Integer> doors = new TreeMap<>();
    names.forEach(name -> doors.merge(name.substring(0, name.indexOf(' ')), 1, Integer::sum));
    return doors;
  }

  // ---- the doors

  private void dropRows(String directory, String file, int first, int count) throws IOException {
    Path part = folder.resolve(directory).resolve(file + ".csv.part");
    String door = directory.equals("inbox") ? "Row " : "Night ";
    Files.writeString(part, csv(door, first, count));
    Files.move(part, folder.resolve(directory).resolve(file + ".csv"));
    acknowledgeRows(door, first, count);
  }

  private void acknowledgeRows(String door, int first, int count) {
    for (int row = first; row < first + count; row++) {
      acknowledged.put(door + row, 0L);
    }
  }

  private static String csv(String door, int first, int count) {
    StringBuilder csv = new StringBuilder("name,username,password,serverUrl\n");
    for (int row = first; row < first + count; row++) {
      csv.append(
          "%s%d,user-%d@customer-%d.example,secret-%d,https://ww3.autotask.net%n"
              .formatted(door, row, row, row, row));
    }
    return csv.toString();
  }

  private void leaveForTheSchedule(int number) throws Exception {
    int first = number + (number - 600_000) * ROWS_OF_A_SMALL_FILE;
    dropRows("scheduled", "night-" + number, first, ROWS_OF_A_SMALL_FILE);
  }

  /** Repeats a request with its key until it is answered. */
  private void provision(int number) throws Exception {
    String name = "Call " + number;
    HttpResponse<String> response =
        http.send(
            request("/elements/api-v2/instances")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "\"call-" + number + "\"")
                .POST(BodyPublishers.ofString(body(name, number).toString()))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() == 409) {
      // Reserved by the killed process: free again after twice the deadline. The next goes on.
      return;
    }
    requireAnswer(response, 200);
    acknowledged.put(name, JSON.readTree(response.body()).get("id").asLong());
  }

  /** Sends a persistent message; the broker confirms it when it is in its journal. */
  private void send(int number) throws Exception {
    String name = "Message " + number;
    try (JMSContext broker = broker()) {
      var producer = broker.createProducer().setJMSCorrelationID(name);
      sendings.merge(name, 1, Integer::sum);
      producer.send(
          broker.createQueue("provisioning.requests"),
          body(name, number).put("requestId", "message-" + number).toString());
    }
    acknowledged.put(name, 0L);
  }

  private void upload(int number) throws Exception {
    int first = number + (number - 500_000) * ROWS_OF_A_SMALL_FILE;
    HttpResponse<String> response =
        http.send(
            request("/batches?name=upload-" + number + ".csv")
                .header("Content-Type", "text/csv")
                .POST(BodyPublishers.ofString(csv("Upload ", first, ROWS_OF_A_SMALL_FILE)))
                .build(),
            BodyHandlers.ofString());
    requireAnswer(response, 202);
    acknowledgeRows("Upload ", first, ROWS_OF_A_SMALL_FILE);
  }

  private static void requireAnswer(HttpResponse<String> response, int expected)
      throws IOException {
    if (response.statusCode() >= 500) {
      throw new IOException("Not now: " + response.statusCode());
    }
    assertThat(response.statusCode()).as(response.body()).isEqualTo(expected);
  }

  private static ObjectNode body(String name, int number) {
    ObjectNode body = JSON.createObjectNode().put("name", name);
    body.putObject("element").put("key", "autotaskfinance");
    body.putObject("configuration")
        .put("finance.autotask.username", "user-%d@customer-%d.example".formatted(number, number))
        .put("finance.autotask.password", "secret-" + number)
        .put("finance.autotask.server.url", "https://ww3.autotask.net");
    return body;
  }

  // ---- what came of it

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(application.uri(path))
        .timeout(Duration.ofSeconds(20))
        .header("Authorization", RunningApplication.AUTHORIZATION);
  }

  private HttpResponse<String> get(String path) throws Exception {
    HttpResponse<String> response = http.send(request(path).build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response;
  }

  private boolean nothingWaits() throws Exception {
    for (String status : List.of("WAITING", "RUNNING")) {
      if (JSON.readTree(get("/requests?status=" + status).body()).size() > 0) {
        return false;
      }
    }
    for (JsonNode batch : JSON.readTree(get("/batches?pageSize=500").body())) {
      if (!batch.get("status").asText().equals("FINISHED")) {
        return false;
      }
    }
    return isEmpty("inbox") && isEmpty("scheduled");
  }

  private boolean isEmpty(String directory) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(directory))) {
      return files.noneMatch(file -> file.toString().endsWith(".csv"));
    }
  }

  private Map<String, List<Long>> instancesByName() throws Exception {
    Map<String, List<Long>> instances = new HashMap<>();
    String next = "";
    do {
      HttpResponse<String> page = get("/elements/api-v2/instances?pageSize=500&nextPage=" + next);
      for (JsonNode instance : JSON.readTree(page.body())) {
        instances
            .computeIfAbsent(instance.get("name").asText(), name -> new ArrayList<>())
            .add(instance.get("id").asLong());
      }
      next = page.headers().firstValue("Elements-Next-Page-Token").orElse(null);
    } while (next != null);
    return instances;
  }

  private int keptCount() throws Exception {
    return JSON.readTree(get("/elements/api-v2/instances/count").body())
        .path("totalInstances")
        .asInt();
  }

  private Set<Long> posted() throws IOException {
    Set<Long> ids = new HashSet<>();
    for (WebhookReceiver.Received received : receiver.received()) {
      ids.add(instanceOf(received.body()));
    }
    return ids;
  }

  private Set<Long> written() throws IOException {
    Set<Long> ids = new HashSet<>();
    try (Stream<Path> files = Files.list(folder.resolve("events"))) {
      for (Path file : files.filter(name -> name.toString().endsWith(".json")).toList()) {
        ids.add(instanceOf(Files.readString(file)));
      }
    }
    return ids;
  }

  private static long instanceOf(String event) throws IOException {
    return JSON.readTree(event).at("/data/instance/id").asLong();
  }

  /** The rows of the user's own table: a list, since here even a repeat would be wrong. */
  private List<Long> ledger() throws Exception {
    List<Long> ids = new ArrayList<>();
    try (Connection ledger = DriverManager.getConnection(ledgerUrl(), "sa", "");
        Statement select = ledger.createStatement();
        ResultSet row = select.executeQuery("select instance_id from autotask_events")) {
      while (row.next()) {
        ids.add(row.getLong(1));
      }
    }
    return ids;
  }

  private String ledgerUrl() {
    return "jdbc:h2:" + folder.resolve("ledger") + ";WRITE_DELAY=0;MODE=PostgreSQL";
  }

  private Map<String, Integer> repliesByCorrelationId() throws Exception {
    Map<String, Integer> replies = new HashMap<>();
    try (JMSContext broker = broker();
        JMSConsumer consumer = broker.createConsumer(broker.createQueue("provisioning.results"))) {
      await()
          .atMost(Duration.ofSeconds(90))
          .until(
              () -> {
                for (Message reply = consumer.receive(2_000);
                    reply != null;
                    reply = consumer.receive(2_000)) {
                  replies.merge(reply.getJMSCorrelationID(), 1, Integer::sum);
                }
                return replies.keySet().containsAll(sendings.keySet());
              });
    }
    return replies;
  }

  private JMSContext broker() throws IOException {
    Properties login = new Properties();
    try (var reader = Files.newBufferedReader(folder.resolve("data/queue-user.properties"))) {
      login.load(reader);
    }
    return new ActiveMQConnectionFactory(
            "tcp://127.0.0.1:%d?reconnectAttempts=0&callTimeout=5000"
                .formatted(application.queuePort()))
        .createContext(login.getProperty("user"), login.getProperty("password"));
  }
}
