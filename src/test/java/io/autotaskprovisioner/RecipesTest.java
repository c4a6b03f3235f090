package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.autotaskprovisioner.setting.InvalidSettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.stub.StubComponent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recipes of the README, each copied into a fresh folder and run there. */
class RecipesTest {

  private static final Path RECIPES = Path.of("src/test/resources/recipes");
  private static final String ACCEPTED =
      "Basic "
          + Base64.getEncoder().encodeToString("acme+KEY:private".getBytes(StandardCharsets.UTF_8));

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private RunningApplication application;
  private HttpServer connectWise;
  private final List<Headers> calls = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    if (application != null) {
      application.close();
    }
    if (connectWise != null) {
      connectWise.stop(0);
    }
  }

  @Test
  void another_provider_is_one_data_file_and_one_route() throws Exception {
    startWithConnectWise();

    HttpResponse<String> accepted = provision("private", connectWiseUrl());

    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
    JsonNode instance = RunningApplication.json(accepted);
    assertThat(instance.at("/element/key").asText()).isEqualTo("connectwise");
    assertThat(instance.at("/configuration/psa.connectwise.private.key").asText())
        .isEqualTo("********");
    assertThat(calls).hasSize(1);
    assertThat(calls.get(0).getFirst("clientId")).isEqualTo("client-1");
    assertThat(calls.get(0)).doesNotContainKeys("Apiintegrationcode", "Username", "Secret");
  }

  @Test
  void another_providers_rejection_is_told_and_not_sent_again() throws Exception {
    startWithConnectWise();

    HttpResponse<String> rejected = provision("wrong", connectWiseUrl());
    HttpResponse<String> heldBack = provision("wrong", connectWiseUrl());

    assertThat(rejected.statusCode()).as(rejected.body()).isEqualTo(401);
    assertThat(rejected.body()).contains("connectwise did not accept the login");
    assertThat(heldBack.statusCode()).isGreaterThanOrEqualTo(400);
    assertThat(calls).hasSize(1);
  }

  @Test
  void another_providers_credentials_go_to_its_own_domain_alone() throws Exception {
    startWithConnectWise();

    for (String elsewhere :
        List.of("https://myconnectwise.net.evil.example/v4", "https://ww3.autotask.net/v4")) {
      HttpResponse<String> refused = provision("private", elsewhere);
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("may not receive credentials");
    }
    assertThat(calls).isEmpty();
  }

  @Test
  void a_second_outbound_endpoint_gets_every_event_too() throws Exception {
    copy("deliver-audit.camel.yaml", "routes");
    Path audit = folder.resolve("audit");
    application =
        RunningApplication.start(
            folder,
            Map.of(
                "delivery.audit.uri", "direct:deliver-audit", "audit.directory", audit.toString()));

    application.drop("two.csv", RunningApplication.customers(1, 2));
    application.awaitFinished("two");

    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(() -> assertThat(eventsIn(audit)).hasSize(2));
    for (String line : eventsIn(audit)) {
      JsonNode event = JSON.readTree(line);
      assertThat(event.path("type").asText()).isEqualTo("autotask.instance.provisioned");
      assertThat(event.at("/data/instance/id").asLong()).isPositive();
    }
  }

  /** No Kafka runs here: a stub stands for the component, and the options are checked apart. */
  @Test
  void a_kafka_door_commits_an_offset_after_its_records_are_in_the_journal() throws Exception {
    startWithKafkaDoor();
    ManualCommit commit = new ManualCommit();

    send("provisioning.requests", kafkaMessage(7, commit, flatRecord()));
    send("provisioning.requests", kafkaMessage(7, commit, flatRecord()));

    await().until(() -> commit.count.get() == 2);
    assertThat(requests().path(0).path("status").asText()).isIn("WAITING", "RUNNING", "SUCCEEDED");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(requests().findValuesAsText("status")).containsOnlyOnce("SUCCEEDED"));
    assertThat(RunningApplication.json(application.get("/elements/api-v2/instances"))).hasSize(1);
  }

  @Test
  void a_kafka_message_that_cannot_be_read_is_set_aside_and_the_next_one_goes_on()
      throws Exception {
    startWithKafkaDoor();
    ManualCommit commit = new ManualCommit();

    send("provisioning.requests", kafkaMessage(8, commit, "no JSON at all"));
    send("provisioning.requests", kafkaMessage(9, commit, flatRecord()));

    try (ConsumerTemplate consumer = application.context().createConsumerTemplate()) {
      Exchange invalid = consumer.receive("kafka:provisioning.invalid?brokers=127.0.0.1:1", 10_000);
      assertThat(invalid.getMessage().getBody(String.class)).isEqualTo("no JSON at all");
    }
    await().until(() -> commit.count.get() == 2);
  }

  @Test
  void the_options_of_the_kafka_door_are_options_of_the_component() throws Exception {
    JsonNode known =
        JSON.readTree(
                getClass()
                    .getClassLoader()
                    .getResource("META-INF/org/apache/camel/component/kafka/kafka.json"))
            .path("properties");
    JsonNode route =
        new ObjectMapper(new YAMLFactory())
            .readTree(RECIPES.resolve("intake-kafka.camel.yaml").toFile())
            .at("/1/route/from/parameters");

    assertThat(route.size()).isGreaterThan(4);
    route.fieldNames().forEachRemaining(name -> assertThat(known.has(name)).as(name).isTrue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"intake-kafka", "deliver-audit", "verify-connectwise"})
  void a_recipe_passes_the_schema_of_camels_yaml_dsl(String name) throws IOException {
    Path file = RECIPES.resolve(name + ".camel.yaml");

    assertThat(RouteFilesTest.SCHEMA.validate(RouteFilesTest.YAML.readTree(file.toFile())))
        .isEmpty();
  }

  @Test
  void a_data_file_without_its_route_stops_the_start_with_a_sentence() throws Exception {
    copy("connectwise.json", "elements");

    assertThatThrownBy(() -> RunningApplication.start(folder, Map.of()))
        .hasStackTraceContaining(InvalidSettingException.class.getName())
        .hasStackTraceContaining(
            "Element connectwise is verified by the route verify-connectwise, which no file in"
                + " routes/ has.");
  }

  @Test
  void a_data_file_that_cannot_be_used_is_named_with_its_fault() throws Exception {
    Path elements = Files.createDirectories(folder.resolve("elements"));
    Files.writeString(elements.resolve("broken.json"), "{\"verification\": \"x\"}");

    assertThatThrownBy(() -> RunningApplication.start(folder, Map.of()))
        .hasStackTraceContaining("broken.json cannot be used: descriptor is missing.");
  }

  private void startWithConnectWise() throws Exception {
    connectWise = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    connectWise.createContext(
        "/v4_6_release/apis/3.0/system/info",
        exchange -> {
          calls.add(exchange.getRequestHeaders());
          boolean accepted =
              ACCEPTED.equals(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] body = "{\"version\":\"v2026.1\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(accepted ? 200 : 401, accepted ? body.length : -1);
          if (accepted) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    connectWise.start();
    copy("connectwise.json", "elements");
    copy("verify-connectwise.camel.yaml", "routes");
    application =
        RunningApplication.start(folder, Map.of("autotask.allowed-origins", connectWiseOrigin()));
  }

  private static List<String> eventsIn(Path audit) throws IOException {
    try (Stream<Path> files = Files.list(audit)) {
      Path file = files.findFirst().orElseThrow(() -> new IOException("nothing there yet"));
      assertThat(file.getFileName().toString()).matches("events-\\d{8}\\.ndjson");
      return Files.readAllLines(file);
    }
  }

  private void startWithKafkaDoor() throws Exception {
    copy("intake-kafka.camel.yaml", "routes");
    application =
        RunningApplication.start(
            folder, "kafka", new StubComponent(), Map.of("kafka.brokers", "127.0.0.1:1"));
  }

  private void send(String topic, Consumer<Message> message) throws IOException {
    Endpoint consumed = application.context().getRoute("intake-kafka").getEndpoint();
    assertThat(consumed.getEndpointUri()).contains(topic);
    try (ProducerTemplate template = application.context().createProducerTemplate()) {
      template.send(consumed, exchange -> message.accept(exchange.getMessage()));
    }
  }

  /** As camel-kafka gives it, with a header that a sender may have thought of. */
  private static Consumer<Message> kafkaMessage(int offset, ManualCommit commit, String text) {
    return message -> {
      message.setBody(text);
      message.setHeader("kafka.TOPIC", "provisioning.requests");
      message.setHeader("kafka.PARTITION", 0);
      message.setHeader("kafka.OFFSET", offset);
      message.setHeader("cAmelHttpUri", "http://127.0.0.1:9/");
      message.setHeader("CamelKafkaManualCommit", commit);
    };
  }

  private static String flatRecord() {
    return """
    {"name": "Acme", "username": "user-1@customer-1.example", "password": "secret-1",
     "serverUrl": "https://ww3.autotask.net"}""";
  }

  private JsonNode requests() throws Exception {
    return RunningApplication.json(application.get("/requests"));
  }

  /** What stands in the header that camel-kafka sets. */
  public static final class ManualCommit {

    private final AtomicInteger count = new AtomicInteger();

    public void commit() {
      count.incrementAndGet();
    }
  }

  private String connectWiseOrigin() {
    return "http://127.0.0.1:" + connectWise.getAddress().getPort();
  }

  private String connectWiseUrl() {
    return connectWiseOrigin() + "/v4_6_release/apis/3.0";
  }

  private HttpResponse<String> provision(String key, String serverUrl)
      throws IOException, InterruptedException {
    return application.post(
        "/elements/api-v2/instances",
        """
        {"name": "Acme", "element": {"key": "connectwise"}, "configuration": {
          "psa.connectwise.username": "acme+KEY", "psa.connectwise.private.key": "%s",
          "psa.connectwise.server.url": "%s", "psa.connectwise.client.id": "client-1"}}"""
            .formatted(key, serverUrl));
  }

  private void copy(String recipe, String to) throws IOException {
    Path target = Files.createDirectories(folder.resolve(to));
    Files.copy(RECIPES.resolve(recipe), target.resolve(recipe));
  }
}
