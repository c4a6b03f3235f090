package io.autotaskprovisioner.delivery;

import static io.autotaskprovisioner.RunningApplication.customers;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.RunningApplication;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Destinations from the dropped file to the broker, and what the API does about them. */
final class DestinationsOfTheApplicationTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Bound and never listening: connections are refused, and no other process gets its port. */
  private static final Socket CLOSED = new Socket();

  @TempDir static Path folder;
  private static RunningApplication application;

  @BeforeAll
  static void start() throws Exception {
    CLOSED.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    application =
        RunningApplication.start(
            folder,
            Map.of(
                "queue.enabled", "true",
                "queue.port", "0",
                "delivery.bus.uri", "jms:queue:provisioning.events",
                "delivery.down.uri",
                    "http://user:geheim-47@127.0.0.1:" + CLOSED.getLocalPort() + "/x?k=v47",
                "delivery.retry.schedule", "1h"));
    // An event that comes before the broker runs waits an hour for its second attempt.
    await().atMost(PATIENCE).until(DestinationsOfTheApplicationTest::brokerRuns);
    application.drop("first.csv", customers(1, 2, 3));
    assertThat(application.awaitFinished("first").path("succeeded").asInt()).isEqualTo(3);
  }

  @AfterAll
  static void stop() throws IOException {
    application.close();
    CLOSED.close();
  }

  private static boolean brokerRuns() {
    return HealthCheckHelper.invokeReadiness(application.context()).stream()
        .anyMatch(
            result ->
                result.getCheck().getId().equals("queue")
                    && result.getState() == HealthCheck.State.UP);
  }

  private static JsonNode get(String path) throws Exception {
    return checked(application.get(path), 200);
  }

  private static JsonNode post(String path, int status) throws Exception {
    return checked(application.post(path, null), status);
  }

  private static JsonNode checked(HttpResponse<String> response, int status) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return json(response);
  }

  @Test
  void every_event_lies_on_the_queue_as_text_with_its_id() throws Exception {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(get("/deliveries?destination=bus"))
                    .hasSize(3)
                    .allMatch(entry -> entry.path("status").asText().equals("DELIVERED")));
    ConnectionFactory connections =
        application
            .context()
            .getRegistry()
            .lookupByNameAndType("queueConnections", ConnectionFactory.class);
    List<String> ids = new ArrayList<>();
    try (JMSContext context = connections.createContext()) {
      var consumer = context.createConsumer(context.createQueue("provisioning.events"));
      for (int i = 0; i < 3; i++) {
        TextMessage message = (TextMessage) consumer.receive(10_000);
        assertThat(message).isNotNull();
        JsonNode envelope = JSON.readTree(message.getText());
        assertThat(message.getStringProperty("eventId")).isEqualTo(envelope.path("id").asText());
        assertThat(message.getStringProperty("eventType")).isEqualTo(InstanceEvent.PROVISIONED);
        assertThat(Collections.list(message.getPropertyNames()))
            .noneMatch(name -> name.toString().toLowerCase().startsWith("camel"));
        ids.add(message.getStringProperty("eventId"));
      }
    }
    JsonNode listed = get("/deliveries?destination=bus");
    assertThat(ids)
        .containsExactlyInAnyOrderElementsOf(
            List.of(
                listed.get(0).path("eventId").asText(),
                listed.get(1).path("eventId").asText(),
                listed.get(2).path("eventId").asText()));
  }

  @Test
  void what_waits_is_discarded_one_by_one_by_filter_and_by_destination() throws Exception {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(get("/deliveries?destination=down&status=PENDING"))
                    .hasSize(3)
                    .allMatch(entry -> entry.path("attempts").asInt() == 1));
    JsonNode waiting = get("/deliveries?destination=down");
    assertThat(waiting.toString()).doesNotContain("geheim-47").doesNotContain("v47");
    long first = waiting.get(0).path("id").asLong();
    long instance = waiting.get(1).path("instanceId").asLong();

    assertThat(post("/deliveries/" + first + "/discard", 200).path("discarded").asInt())
        .isEqualTo(1);
    assertThat(post("/deliveries/" + first + "/discard", 409).path("message").asText())
        .contains("DISCARDED");
    post("/deliveries/1/discard", 404);
    post("/deliveries/discard", 400);
    assertThat(
            post("/deliveries/discard?destination=down&instanceId=" + instance, 200)
                .path("discarded")
                .asInt())
        .isEqualTo(1);
    assertThat(post("/destinations/down/discard", 200).path("discarded").asInt()).isEqualTo(1);
    post("/destinations/nobody/discard", 404);
    assertThat(get("/deliveries?destination=down&status=DISCARDED")).hasSize(3);
  }

  @Test
  void destinations_are_shown_without_their_secrets() throws Exception {
    JsonNode destinations = get("/destinations");

    assertThat(destinations.toString()).doesNotContain("geheim-47").doesNotContain("v47");
    assertThat(destinations.get(0).path("target").asText())
        .isEqualTo("jms:queue:provisioning.events");
    assertThat(destinations.get(1).path("target").asText()).startsWith("http://127.0.0.1:");
    assertThat(destinations.get(1).path("kind").asText()).isEqualTo("uri");
    assertThat(destinations.get(1).path("configured").asBoolean()).isTrue();
  }
}
