package io.autotaskprovisioner.delivery;

import static io.autotaskprovisioner.delivery.DeliveryFixture.destination;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.SqlWork;
import io.autotaskprovisioner.storage.StorageException;
import io.autotaskprovisioner.support.ForwardingDatabase;
import io.autotaskprovisioner.support.TestDatabase;
import io.autotaskprovisioner.support.WebhookReceiver;
import io.autotaskprovisioner.support.WebhookReceiver.Answer;
import io.autotaskprovisioner.support.WebhookReceiver.Received;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** From the outbox to a real receiver. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DeliveryLoopSuite {

  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final String TYPE = InstanceEvent.PROVISIONED;

  private WebhookReceiver receiver;
  private TestDatabase testDatabase;
  private Database database;
  private DeliveryFixture fixture;

  abstract TestDatabase openDatabase();

  @BeforeAll
  void openOnce() {
    testDatabase = openDatabase();
    database = testDatabase.database();
  }

  @AfterAll
  void closeOnce() {
    testDatabase.close();
  }

  @BeforeEach
  void open() {
    testDatabase.clear();
    receiver = new WebhookReceiver();
    fixture = new DeliveryFixture(database, destination("crm", receiver.url("/crm")));
  }

  @AfterEach
  void close() {
    fixture.close();
    receiver.close();
  }

  private void with(Destination... destinations) {
    fixture.close();
    fixture = new DeliveryFixture(database, destinations);
  }

  @Test
  void an_event_arrives_once_signed_and_is_delivered() {
    fixture.start(database, LEASE, WAIT);

    InstanceEvent event = fixture.record(TYPE);

    await().untilAsserted(() -> assertThat(fixture.in(DeliveryStatus.DELIVERED)).hasSize(1));
    Received post = receiver.received().get(0);
    assertThat(receiver.received()).hasSize(1);
    assertThat(post.path()).isEqualTo("/crm");
    assertThat(post.header("content-type")).isEqualTo("application/cloudevents+json");
    assertThat(post.id()).isEqualTo("evt_" + event.id());
    assertThat(post.verifies(DeliveryFixture.SECRET)).isTrue();
    assertThat(post.verifies(DeliveryFixture.OTHER_SECRET)).isFalse();
    assertThat(post.withBody(post.body() + " ").verifies(DeliveryFixture.SECRET)).isFalse();
    DeliveryEntry entry = fixture.all().get(0);
    assertThat(entry.attempts()).isEqualTo(1);
    assertThat(entry.lastStatusCode()).isEqualTo(204);
    assertThat(entry.finishedAt()).isNotNull();
    assertThat(
            fixture
                .meters
                .counter("delivery.attempts", "destination", "crm", "outcome", "delivered")
                .count())
        .isEqualTo(1);
  }

  @Test
  void two_processes_never_send_one_delivery_twice() {
    Set<String> underWay = ConcurrentHashMap.newKeySet();
    Set<String> atOnce = ConcurrentHashMap.newKeySet();
    receiver.answer(
        post -> {
          if (!underWay.add(post.id())) {
            atOnce.add(post.id());
          }
          return Answer.status(200).after(Duration.ofMillis(2));
        });
    IntStream.range(0, 1500).forEach(i -> fixture.commit(fixture.event(i + 1, TYPE)));

    fixture.start(database, LEASE, WAIT);
    fixture.start(database, LEASE, WAIT);

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(fixture.in(DeliveryStatus.DELIVERED)).hasSize(1500));
    assertThat(atOnce).isEmpty();
    assertThat(receiver.received()).hasSize(1500);
    assertThat(receiver.mostUnderWay()).isBetween(2, 16);
  }

  @Test
  void a_process_killed_between_post_and_update_leads_to_a_second_post_with_the_same_id() {
    DyingDatabase dying = new DyingDatabase(database);
    receiver.answer(
        post -> {
          dying.dead = true;
          return Answer.status(200);
        });
    fixture.start(dying, Duration.ofSeconds(1), WAIT);
    InstanceEvent event = fixture.record(TYPE);
    await().untilAsserted(() -> assertThat(receiver.received()).hasSize(1));
    assertThat(fixture.in(DeliveryStatus.DELIVERED)).isEmpty();

    fixture.start(database, Duration.ofSeconds(1), WAIT);

    await().untilAsserted(() -> assertThat(fixture.in(DeliveryStatus.DELIVERED)).hasSize(1));
    assertThat(receiver.received())
        .extracting(Received::id)
        .containsExactly("evt_" + event.id(), "evt_" + event.id());
  }

  @Test
  void an_outage_of_the_database_loses_no_delivery() {
    DyingDatabase dying = new DyingDatabase(database);
    receiver.answer(
        post -> {
          dying.dead = true;
          return Answer.status(200);
        });
    fixture.start(dying, LEASE, WAIT);
    fixture.record(TYPE);
    await().untilAsserted(() -> assertThat(receiver.received()).hasSize(1));

    receiver.answer(Answer.status(200));
    dying.dead = false;
    fixture.record(TYPE);

    await().untilAsserted(() -> assertThat(fixture.in(DeliveryStatus.DELIVERED)).hasSize(2));
    assertThat(receiver.received()).hasSize(2);
  }

  @Test
  void a_dead_and_a_silent_destination_slow_no_other() throws Exception {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0)) {
      closedPort = socket.getLocalPort();
    }
    try (WebhookReceiver silent = new WebhookReceiver()) {
      silent.answer(Answer.status(200).after(Duration.ofMinutes(1)));
      with(
          destination("dead", "http://127.0.0.1:" + closedPort + "/"),
          destination("silent", silent.url("/")),
          destination("crm", receiver.url("/")));
      IntStream.range(0, 300).forEach(i -> fixture.commit(fixture.event(i + 1, TYPE)));
      fixture.start(database, LEASE, Duration.ofHours(1));

      // Long before the silent one answers.
      await()
          .atMost(Duration.ofSeconds(15))
          .untilAsserted(() -> assertThat(receiver.received()).hasSize(300));
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          fixture.deliveries.list(
                              DeliveryFilter.ofAccount(DeliveryFixture.ACCOUNT)
                                  .withDestination("dead")
                                  .withStatus(DeliveryStatus.PENDING),
                              0,
                              1000))
                      .filteredOn(entry -> entry.attempts() == 1)
                      .hasSize(300)
                      .allMatch(entry -> entry.lastError().contains("refused")));
      assertThat(silent.received()).hasSizeLessThanOrEqualTo(16);
    }
  }

  @Test
  void a_certificate_that_nobody_vouches_for_is_a_failed_attempt() {
    try (WebhookReceiver selfSigned = WebhookReceiver.selfSigned()) {
      // By name, so that only the trust in the certificate can be what fails.
      with(destination("crm", selfSigned.url("/").replace("127.0.0.1", "localhost")));
      fixture.start(database, LEASE, Duration.ofHours(1));

      fixture.record(TYPE);

      awaitAttempts(1);
      assertThat(fixture.in(DeliveryStatus.PENDING))
          .singleElement()
          .matches(entry -> entry.lastStatusCode() == null)
          .matches(entry -> entry.lastError().startsWith("No TLS connection: "));
      assertThat(selfSigned.received()).isEmpty();
    }
  }

  @Test
  void a_silent_receiver_fails_after_the_timeout() {
    with(DeliveryFixture.webhook("crm", receiver.url("/"), false, 4, Duration.ofMillis(200)));
    receiver.answer(Answer.status(200).after(Duration.ofMinutes(1)));
    fixture.start(database, LEASE, Duration.ofHours(1));

    fixture.record(TYPE);

    await()
        .untilAsserted(
            () ->
                assertThat(fixture.in(DeliveryStatus.PENDING))
                    .singleElement()
                    .matches(entry -> entry.attempts() == 1)
                    .matches(entry -> entry.lastError().equals("No answer within 200 ms")));
  }

  @Test
  void failures_follow_the_schedule_and_end_exhausted_and_visible() {
    receiver.answer(Answer.status(500));
    fixture.start(database, LEASE, Duration.ofMinutes(5), Duration.ofHours(2));
    fixture.record(TYPE);

    awaitAttempts(1);
    assertThat(Duration.between(Instant.now(), fixture.all().get(0).nextAttemptAt()))
        .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    fixture.clock.move(Duration.ofMinutes(5));
    awaitAttempts(2);
    fixture.clock.move(Duration.ofMinutes(110));
    assertThat(receiver.received()).hasSize(2);
    fixture.clock.move(Duration.ofMinutes(10));

    await().untilAsserted(() -> assertThat(fixture.in(DeliveryStatus.EXHAUSTED)).hasSize(1));
    DeliveryEntry entry = fixture.all().get(0);
    assertThat(entry.attempts()).isEqualTo(3);
    assertThat(entry.lastStatusCode()).isEqualTo(500);
    assertThat(entry.lastError()).isEqualTo("The receiver answered 500");
    assertThat(receiver.received()).extracting(Received::id).hasSize(3).containsOnly("evt_1");
  }

  @Test
  void what_is_exhausted_is_delivered_again_on_demand() {
    receiver.answer(Answer.status(500));
    fixture.start(database, LEASE);
    fixture.record(TYPE);
    await().untilAsserted(() -> assertThat(fixture.in(DeliveryStatus.EXHAUSTED)).hasSize(1));
    receiver.answer(Answer.status(200));
    DeliveryEntry entry = fixture.all().get(0);

    assertThat(fixture.deliveries.redeliver(DeliveryFixture.ACCOUNT + 1, entry.id())).isFalse();
    assertThat(fixture.deliveries.redeliver(DeliveryFixture.ACCOUNT, entry.id())).isTrue();

    await().untilAsserted(() -> assertThat(fixture.in(DeliveryStatus.DELIVERED)).hasSize(1));
    assertThat(fixture.all().get(0).attempts()).isEqualTo(1);
    assertThat(receiver.received()).hasSize(2);
  }

  @Test
  void retry_after_in_seconds_or_as_a_date_is_a_lower_bound() {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().plus(Duration.ofHours(3)).atOffset(ZoneOffset.UTC));
    receiver.answer(
        post ->
            post.id().equals("evt_1")
                ? Answer.status(429).header("Retry-After", "7200")
                : Answer.status(503).header("Retry-After", date));
    fixture.start(database, LEASE, Duration.ofSeconds(5));
    fixture.record(TYPE);
    fixture.record(TYPE);

    await()
        .untilAsserted(
            () -> assertThat(fixture.all()).hasSize(2).allMatch(entry -> entry.attempts() == 1));
    List<DeliveryEntry> entries = fixture.all();
    assertThat(Duration.between(Instant.now(), entries.get(0).nextAttemptAt()))
        .isBetween(Duration.ofMinutes(119), Duration.ofMinutes(120));
    assertThat(Duration.between(Instant.now(), entries.get(1).nextAttemptAt()))
        .isBetween(Duration.ofMinutes(179), Duration.ofMinutes(180));
  }

  @Test
  void a_redirect_is_a_failure_and_is_not_followed() {
    receiver.answer(Answer.status(307).header("Location", receiver.url("/elsewhere")));
    fixture.start(database, LEASE, Duration.ofHours(1));
    fixture.record(TYPE);

    awaitAttempts(1);

    assertThat(receiver.received()).extracting(Received::path).containsExactly("/crm");
    assertThat(fixture.in(DeliveryStatus.PENDING))
        .singleElement()
        .matches(entry -> entry.lastStatusCode() == 307);
  }

  @Test
  void a_410_disables_the_destination_until_it_is_enabled_again() {
    receiver.answer(Answer.status(410));
    fixture.start(database, LEASE, Duration.ofHours(1));
    fixture.record(TYPE);
    await().untilAsserted(() -> assertThat(fixture.in(DeliveryStatus.EXHAUSTED)).hasSize(1));
    assertThat(fixture.deliveries.destinations())
        .singleElement()
        .matches(DestinationEntry::disabled);

    fixture.record(TYPE);
    await().untilAsserted(() -> assertThat(fixture.in(DeliveryStatus.EXHAUSTED)).hasSize(2));
    assertThat(receiver.received()).hasSize(1);

    receiver.answer(Answer.status(200));
    assertThat(fixture.deliveries.enable("crm")).isTrue();
    assertThat(fixture.deliveries.enable("crm")).isFalse();
    assertThat(
            InPieces.redeliver(
                fixture.database, fixture.deliveries, DeliveryFilter.ofAccount(1), 100))
        .isEqualTo(2);

    await().untilAsserted(() -> assertThat(fixture.in(DeliveryStatus.DELIVERED)).hasSize(2));
    assertThat(fixture.deliveries.destinations())
        .singleElement()
        .matches(destination -> !destination.disabled());
  }

  @Test
  void the_token_is_sent_only_where_it_is_asked_for() {
    Destination plain = destination("plain", receiver.url("/plain"));
    Destination asking =
        DeliveryFixture.webhook("asking", receiver.url("/asking"), true, 1, plain.timeout());
    with(plain, asking);
    fixture.start(database, LEASE, WAIT);

    fixture.record(TYPE);

    await().untilAsserted(() -> assertThat(receiver.received()).hasSize(2));
    assertThat(receiver.received())
        .allSatisfy(
            post ->
                assertThat(post.body().contains(DeliveryFixture.TOKEN))
                    .isEqualTo(post.path().equals("/asking")));
  }

  @Test
  void stopping_lets_posts_under_way_end_and_frees_the_rest() {
    receiver.answer(Answer.status(200).after(Duration.ofMillis(500)));
    IntStream.range(0, 100).forEach(i -> fixture.commit(fixture.event(i + 1, TYPE)));
    DeliveryLoops loops = fixture.start(database, LEASE, WAIT);
    await().untilAsserted(() -> assertThat(receiver.received()).hasSizeGreaterThanOrEqualTo(8));

    loops.stop();

    assertThat(fixture.in(DeliveryStatus.SENDING)).isEmpty();
    int sent = receiver.received().size();
    assertThat(sent).isLessThan(100);
    assertThat(fixture.in(DeliveryStatus.DELIVERED)).hasSize(sent);
    assertThat(fixture.in(DeliveryStatus.PENDING)).hasSize(100 - sent);
  }

  @Test
  void a_slow_receiver_keeps_its_leases_alive() {
    with(DeliveryFixture.webhook("crm", receiver.url("/"), false, 1, Duration.ofSeconds(5)));
    receiver.answer(Answer.status(200).after(Duration.ofMillis(900)));
    IntStream.range(0, 5).forEach(i -> fixture.commit(fixture.event(i + 1, TYPE)));

    fixture.start(database, Duration.ofSeconds(3), WAIT);
    fixture.start(database, Duration.ofSeconds(3), WAIT);

    await().untilAsserted(() -> assertThat(fixture.in(DeliveryStatus.DELIVERED)).hasSize(5));
    assertThat(receiver.received()).extracting(Received::id).doesNotHaveDuplicates().hasSize(5);
  }

  @Test
  void an_endless_answer_costs_nothing_but_its_connection() {
    receiver.answer(Answer.status(200).body("x".repeat(1_000_000)));
    fixture.start(database, LEASE, WAIT);
    fixture.record(TYPE);
    fixture.record(TYPE);

    await().untilAsserted(() -> assertThat(fixture.in(DeliveryStatus.DELIVERED)).hasSize(2));
    assertThat(Collections.max(fixture.all().stream().map(DeliveryEntry::attempts).toList()))
        .isEqualTo(1);
  }

  private void awaitAttempts(int attempts) {
    await()
        .untilAsserted(
            () ->
                assertThat(fixture.all())
                    .singleElement()
                    .matches(entry -> entry.attempts() == attempts));
  }

  /** A database that can be cut off, as when the process or the network dies. */
  private static final class DyingDatabase extends ForwardingDatabase {
    private volatile boolean dead;

    private DyingDatabase(Database database) {
      super(database);
    }

    @Override
    public <T> T transaction(SqlWork<T> work) {
      return super.transaction(
          connection -> {
            T result = work.run(connection);
            if (dead) {
              throw new StorageException(
                  "The database is cut off", new IllegalStateException(), true);
            }
            return result;
          });
    }
  }
}
