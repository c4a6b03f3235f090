package io.autotaskprovisioner.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.support.TestDatabase;
import io.autotaskprovisioner.support.WebhookReceiver;
import io.autotaskprovisioner.support.WebhookReceiver.Answer;
import io.autotaskprovisioner.support.WebhookReceiver.Received;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code delivery.<name>.uri}: events go to endpoints of Camel components. */
final class EndpointDestinationTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static TestDatabase database;

  @TempDir Path folder;

  @BeforeAll
  static void openDatabase() {
    database = TestDatabase.h2();
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @BeforeEach
  void clear() {
    database.clear();
  }

  private RunningDeliveries deliveries(String... keysAndValues) {
    return new RunningDeliveries(database.database(), keysAndValues);
  }

  private static void awaitStatus(
      RunningDeliveries running, String destination, DeliveryStatus status) {
    await()
        .untilAsserted(
            () ->
                assertThat(running.to(destination))
                    .isNotEmpty()
                    .allSatisfy(
                        entry -> assertThat(entry.status()).as("%s", entry).isEqualTo(status)));
  }

  private static void awaitFirstFailure(RunningDeliveries running, String destination) {
    await().untilAsserted(() -> assertThat(running.only(destination).attempts()).isEqualTo(1));
  }

  private static void route(RunningDeliveries running, String from, Processor processor)
      throws Exception {
    running
        .context()
        .addRoutes(
            new RouteBuilder() {
              @Override
              public void configure() {
                from(from).errorHandler(noErrorHandler()).process(processor);
              }
            });
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("events"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void a_file_for_each_event_is_written_for_the_owner_alone_and_a_repeat_replaces_it()
      throws Exception {
    try (RunningDeliveries running =
        deliveries("delivery.archive.uri", "file:" + folder.resolve("events")).start()) {
      String first = running.record();
      awaitStatus(running, "archive", DeliveryStatus.DELIVERED);
      running.redeliver(running.only("archive"));
      await().untilAsserted(() -> assertThat(running.only("archive").attempts()).isEqualTo(1));
      String second = running.record();
      awaitStatus(running, "archive", DeliveryStatus.DELIVERED);

      assertThat(files())
          .extracting(file -> file.getFileName().toString())
          .containsExactly(first + ".json", second + ".json");
      JsonNode envelope = JSON.readTree(files().get(0).toFile());
      assertThat(envelope.path("id").asText()).isEqualTo(first);
      assertThat(envelope.at("/data/instance/name").asText()).isEqualTo("Müller & Söhne");
      assertThat(envelope.at("/data/instance/token").isMissingNode()).isTrue();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files().get(0))))
          .isEqualTo("rw-------");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(folder.resolve("events"))))
          .isEqualTo("rwx------");
      assertThat(running.to("archive")).allMatch(entry -> entry.lastStatusCode() == null);
    }
  }

  @Test
  void options_that_are_given_stand_instead_of_ours() throws Exception {
    try (RunningDeliveries running =
        deliveries(
                "delivery.archive.uri",
                "file:" + folder.resolve("events") + "?fileName=all.json&fileExist=Append",
                "delivery.archive.include-token",
                "true")
            .start()) {
      String first = running.record();
      awaitStatus(running, "archive", DeliveryStatus.DELIVERED);
      String second = running.record();
      awaitStatus(running, "archive", DeliveryStatus.DELIVERED);

      assertThat(Files.readString(folder.resolve("events/all.json")))
          .contains(first, second, RunningDeliveries.TOKEN);
    }
  }

  @Test
  void an_https_endpoint_gets_the_envelope_and_nothing_of_another_delivery() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver();
        RunningDeliveries running =
            deliveries("delivery.crm.uri", receiver.url("/events?tenant=a")).start()) {
      receiver.answer(Answer.status(202).header("Set-Cookie", "session=of-the-first; Path=/"));
      String first = running.record();
      awaitStatus(running, "crm", DeliveryStatus.DELIVERED);
      String second = running.record();
      awaitStatus(running, "crm", DeliveryStatus.DELIVERED);

      List<Received> posts = receiver.received();
      assertThat(posts).hasSize(2);
      assertThat(posts).extracting(post -> post.header("eventid")).containsExactly(first, second);
      for (Received post : posts) {
        assertThat(post.path()).isEqualTo("/events");
        assertThat(post.header("content-type")).startsWith("application/cloudevents+json");
        assertThat(post.header("eventtype")).isEqualTo(InstanceEvent.PROVISIONED);
        assertThat(post.headers().keySet())
            .doesNotContain("cookie", "authorization")
            .noneMatch(name -> name.startsWith("camel"));
        assertThat(JSON.readTree(post.body()).at("/data/instance/name").asText())
            .isEqualTo("Müller & Söhne");
      }
      assertThat(running.to("crm")).allMatch(entry -> entry.lastStatusCode() == 202);
    }
  }

  @Test
  void http_statuses_are_judged_as_those_of_webhooks() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver();
        RunningDeliveries running =
            deliveries(
                    "delivery.busy.uri", receiver.url("/busy"),
                    "delivery.moved.uri", receiver.url("/moved"),
                    "delivery.quiet.uri", receiver.url("/quiet?throwExceptionOnFailure=false"),
                    "delivery.gone.uri", receiver.url("/gone"))
                .start()) {
      receiver.answer(
          post ->
              switch (post.path()) {
                case "/busy" -> Answer.status(503).header("Retry-After", "7200");
                case "/moved" -> Answer.status(307).header("Location", receiver.url("/elsewhere"));
                case "/quiet" -> Answer.status(500);
                default -> Answer.status(410);
              });
      running.record();

      awaitStatus(running, "gone", DeliveryStatus.EXHAUSTED);
      awaitFirstFailure(running, "busy");
      awaitFirstFailure(running, "moved");
      awaitFirstFailure(running, "quiet");
      assertThat(Duration.between(Instant.now(), running.only("busy").nextAttemptAt()))
          .isBetween(Duration.ofMinutes(119), Duration.ofMinutes(120));
      assertThat(running.only("moved").lastStatusCode()).isEqualTo(307);
      assertThat(running.only("moved").lastError()).contains("redirects are not followed");
      assertThat(running.only("quiet").lastStatusCode()).isEqualTo(500);
      assertThat(receiver.received()).extracting(Received::path).doesNotContain("/elsewhere");
      assertThat(running.deliveries().destinations())
          .filteredOn(DestinationEntry::disabled)
          .extracting(DestinationEntry::name)
          .containsExactly("gone");
    }
  }

  @Test
  void a_route_of_your_own_is_a_destination_too() throws Exception {
    List<Map<String, Object>> seen = new CopyOnWriteArrayList<>();
    try (RunningDeliveries running = deliveries("delivery.mine.uri", "direct:to-mine")) {
      route(
          running,
          "direct:to-mine",
          exchange -> {
            seen.add(Map.copyOf(exchange.getIn().getHeaders()));
            exchange.getIn().setHeader("left-behind", "secret");
            exchange.setProperty("left-behind", "secret");
          });
      running.start();
      running.record();
      awaitStatus(running, "mine", DeliveryStatus.DELIVERED);
      running.record();
      awaitStatus(running, "mine", DeliveryStatus.DELIVERED);
    }
    assertThat(seen)
        .hasSize(2)
        .allSatisfy(
            headers ->
                assertThat(headers)
                    .containsOnlyKeys(
                        "Content-Type", "eventId", "eventType", "instanceId", "occurredAt"));
  }

  @Test
  void an_endpoint_that_hangs_keeps_no_other_waiting_and_costs_a_fixed_number_of_threads()
      throws Exception {
    CountDownLatch freed = new CountDownLatch(1);
    List<String> hung = new CopyOnWriteArrayList<>();
    try (WebhookReceiver receiver = new WebhookReceiver();
        RunningDeliveries running =
            deliveries(
                "delivery.hangs.uri", "direct:hangs",
                "delivery.hangs.concurrency", "2",
                "delivery.hangs.timeout", "400ms",
                "delivery.lease", "3s",
                "delivery.retry.schedule", "1h",
                "delivery.crm.uri", receiver.url("/"))) {
      route(
          running,
          "direct:hangs",
          exchange -> {
            hung.add(exchange.getIn().getHeader("eventId", String.class));
            freed.await();
          });
      running.start();
      for (int i = 0; i < 20; i++) {
        running.record();
      }

      awaitStatus(running, "crm", DeliveryStatus.DELIVERED);
      await()
          .untilAsserted(
              () -> assertThat(running.to("hangs")).allMatch(entry -> entry.attempts() == 1));
      assertThat(hung).hasSize(2).doesNotHaveDuplicates();
      assertThat(running.to("hangs"))
          .filteredOn(entry -> entry.lastError().equals("No answer within 400 ms"))
          .hasSize(2);
      assertThat(running.to("hangs"))
          .filteredOn(
              entry -> entry.lastError().startsWith("Not sent within 400 ms: all 2 threads"))
          .hasSize(18);
      freed.countDown();
    }
  }

  @Test
  void an_attempt_that_outlasts_its_lease_is_not_made_twice_at_once() throws Exception {
    CountDownLatch freed = new CountDownLatch(1);
    List<String> begun = new CopyOnWriteArrayList<>();
    try (RunningDeliveries running =
        deliveries(
            "delivery.slow.uri", "direct:slow",
            "delivery.slow.timeout", "20s",
            "delivery.lease", "3s")) {
      route(
          running,
          "direct:slow",
          exchange -> {
            begun.add(exchange.getIn().getHeader("eventId", String.class));
            freed.await();
          });
      running.start();
      running.record();
      await().until(() -> begun.size() == 1);
      // Longer than the lease: only its renewal keeps the delivery from a second claim.
      await()
          .during(Duration.ofSeconds(5))
          .atMost(Duration.ofSeconds(8))
          .until(() -> begun.size() == 1);
      freed.countDown();
      awaitStatus(running, "slow", DeliveryStatus.DELIVERED);
    }
    assertThat(begun).hasSize(1);
  }

  @Test
  void a_component_that_fails_is_tried_again_and_its_words_hold_no_secret() throws Exception {
    String secret = "pass+of{the}broker";
    try (RunningDeliveries running =
        deliveries(
            "delivery.fails.uri",
            "failing:queue?password=RAW(" + secret + ")&include-token=x",
            "delivery.fails.include-token",
            "true",
            "delivery.retry.schedule",
            "1ms,1h")) {
      running
          .context()
          .addComponent(
              "failing",
              new FailingComponent(
                  exchange ->
                      new IllegalStateException(
                          "No broker for failing:queue with %s and %s: %s"
                              .formatted(
                                  secret,
                                  "passphrase=y",
                                  exchange.getIn().getBody(String.class)))));
      running.start();
      running.record();

      await().untilAsserted(() -> assertThat(running.only("fails").attempts()).isEqualTo(2));
      String error = running.only("fails").lastError();
      assertThat(error)
          .startsWith("IllegalStateException: No broker for failing:queue with ********")
          .doesNotContain(secret)
          .doesNotContain(RunningDeliveries.TOKEN);
      assertThat(running.deliveries().destinations())
          .singleElement()
          .matches(entry -> entry.kind().equals("uri") && entry.target().equals("failing:queue"));
    }
  }

  @Test
  void a_destination_whose_endpoint_cannot_start_yet_stops_no_start() throws Exception {
    FailingComponent component = new FailingComponent(exchange -> null);
    component.refuseStart(true);
    try (RunningDeliveries running =
        deliveries(
            "delivery.late.uri", "failing:queue", "delivery.retry.schedule", "1ms,50ms,1h")) {
      running.context().addComponent("failing", component);
      running.start();
      running.record();
      await().untilAsserted(() -> assertThat(running.only("late").attempts()).isPositive());
      component.refuseStart(false);
      awaitStatus(running, "late", DeliveryStatus.DELIVERED);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "nats:events, 'Setting delivery.x.uri: there is no component nats; put org.apache.camel:camel-nats:'",
    "sftp:host/events, put org.apache.camel:camel-ftp:",
    "kafak:events, did you mean kafka?",
    "acme-bus:events, has none of that name",
    "file:events?fileNam=a&password=geheim-47, Setting delivery.x.uri cannot be used by component file",
    "file:events?fileExist=Append&tempPrefix=., cannot set both",
    "direct, is not an endpoint URI"
  })
  void a_uri_that_can_never_work_stops_the_start_and_is_named(String uri, String told)
      throws Exception {
    try (RunningDeliveries running = deliveries("delivery.x.uri", uri)) {
      assertThatThrownBy(running::start)
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("delivery.x.uri")
          .hasMessageContaining(told)
          .hasMessageNotContaining("geheim-47");
    }
  }

  @Test
  void a_process_killed_before_it_wrote_the_outcome_sends_again_under_the_same_id()
      throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (RunningDeliveries running =
        deliveries("delivery.mine.uri", "direct:mine", "delivery.lease", "3s")) {
      route(
          running,
          "direct:mine",
          exchange -> seen.add(exchange.getIn().getHeader(ExchangeAttempt.EVENT_ID, String.class)));
      running.start();
      String id = running.record();
      awaitStatus(running, "mine", DeliveryStatus.DELIVERED);
      // What such a process leaves behind: sent, and held by a lease that nobody renews.
      database.execute(
          """
          update delivery set status = 'SENDING', attempts = 0, finished_at = null, lease_id = 1,
            lease_until = current_timestamp - interval '1' second
          """);
      await().until(() -> seen.size() == 2);
      awaitStatus(running, "mine", DeliveryStatus.DELIVERED);
      assertThat(seen).containsOnly(id);
    }
  }

  @Test
  void what_waits_for_a_removed_destination_is_shown_and_can_be_discarded() throws Exception {
    try (RunningDeliveries running =
        deliveries("delivery.old.uri", "direct:old", "delivery.retry.schedule", "1h")) {
      route(
          running,
          "direct:old",
          exchange -> {
            throw new IllegalStateException("down");
          });
      running.start();
      running.record();
      running.record();
      await()
          .untilAsserted(
              () -> assertThat(running.to("old")).allMatch(entry -> entry.attempts() == 1));
    }
    // Of a process that died while it sent.
    database.execute(
        """
        update delivery set status = 'SENDING', lease_id = 1,
          lease_until = current_timestamp - interval '1' second where event_id = 1000
        """);
    try (RunningDeliveries running = deliveries().start()) {
      assertThat(running.deliveries().destinations())
          .singleElement()
          .matches(entry -> entry.name().equals("old") && !entry.configured());
      assertThat(running.deliveries().depths()).containsOnlyKeys("old");
      assertThat(
              InPieces.discard(
                  database.database(),
                  running.deliveries(),
                  new DeliveryFilter(null, null, "old", null, null)))
          .isEqualTo(2);
      assertThat(running.to("old"))
          .hasSize(2)
          .allMatch(entry -> entry.status() == DeliveryStatus.DISCARDED);
      assertThat(running.deliveries().destinations()).isEmpty();
    }
  }
}
