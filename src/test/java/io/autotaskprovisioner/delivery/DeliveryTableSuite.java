package io.autotaskprovisioner.delivery;

import static io.autotaskprovisioner.delivery.DeliveryFixture.ACCOUNT;
import static io.autotaskprovisioner.delivery.DeliveryFixture.destination;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.delivery.Claim.Claimed;
import io.autotaskprovisioner.delivery.Claim.Completion;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Delivered;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Exhausted;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Gone;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Released;
import io.autotaskprovisioner.delivery.DeliveryOutcome.RetryAt;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.support.TestDatabase;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.TemporalUnitOffset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The outbox's tables: what is recorded, claimed, completed and run again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DeliveryTableSuite {

  private static final String TYPE = InstanceEvent.PROVISIONED;
  private static final Duration LEASE = Duration.ofSeconds(30);

  private TestDatabase testDatabase;
  private Database database;
  private DeliveryFixture fixture;
  private DeliveryTable table;
  private CompletionTable completions;

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
    Destination crm = destination("crm", "https://example.com/");
    Destination deletions =
        new Destination(
            "deletions",
            crm.target(),
            Set.of("autotask.instance.deleted"),
            false,
            1,
            crm.timeout());
    fixture = new DeliveryFixture(database, crm, deletions);
    table = new DeliveryTable(database, fixture.clock, LEASE);
    completions = new CompletionTable(database, fixture.clock);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void an_event_has_one_delivery_for_each_destination_that_wants_its_type() {
    fixture.record(TYPE);
    fixture.record("autotask.instance.deleted");

    assertThat(fixture.all())
        .extracting(entry -> entry.eventId() + " " + entry.eventType() + " " + entry.destination())
        .containsExactly(
            "1 autotask.instance.provisioned crm",
            "2 autotask.instance.deleted crm",
            "2 autotask.instance.deleted deletions");
    assertThat(fixture.all()).allMatch(entry -> entry.status() == DeliveryStatus.PENDING);
  }

  @Test
  void recording_again_after_a_lost_commit_changes_nothing() {
    InstanceEvent event = fixture.event(1, "autotask.instance.deleted");
    fixture.commit(event);
    List<DeliveryEntry> before = fixture.all();

    fixture.commit(event);

    assertThat(fixture.all()).isEqualTo(before).hasSize(2);
  }

  @Test
  void without_a_destination_the_event_alone_is_kept() {
    EventOutbox outbox = new EventOutbox(database, List.of(), fixture.clock);
    database.transaction(
        connection -> {
          outbox.record(connection, fixture.event(1, TYPE));
          return null;
        });

    assertThat(fixture.all()).isEmpty();
    assertThat(storedData(1)).contains("Müller & Söhne");
  }

  @Test
  void a_token_in_the_data_is_not_stored() {
    InstanceEvent event = fixture.event(1, TYPE);
    ((ObjectNode) event.data().get("instance")).put("token", "very-secret");

    fixture.commit(event);

    assertThat(storedData(1)).doesNotContain("very-secret").contains("zoneName");
    assertThat(event.data().at("/instance/token").asText()).isEqualTo("very-secret");
  }

  @Test
  void a_claim_takes_what_is_due_of_its_destination_once() {
    fixture.record("autotask.instance.deleted");
    fixture.record(TYPE);

    List<Claimed> claimed = table.claim("crm", 10).deliveries();

    assertThat(claimed)
        .extracting(delivery -> delivery.event().messageId())
        .containsExactly("evt_1", "evt_2");
    assertThat(claimed.get(0).event().type()).isEqualTo("autotask.instance.deleted");
    assertThat(table.claim("crm", 10).deliveries()).isEmpty();
    assertThat(table.claim("deletions", 10).deliveries()).hasSize(1);
  }

  @Test
  void a_claim_takes_no_more_than_asked_and_the_longest_due_first() {
    IntStream.range(0, 5).forEach(i -> fixture.record(TYPE));

    assertThat(table.claim("crm", 2).deliveries())
        .extracting(delivery -> delivery.event().id())
        .containsExactly(1L, 2L);
    assertThat(table.claim("crm", 10).deliveries()).hasSize(3);
  }

  @Test
  void a_completion_without_the_lease_writes_nothing() {
    fixture.record(TYPE);
    Claimed claimed = table.claim("crm", 1).deliveries().get(0);
    Claimed stranger =
        new Claimed(claimed.id(), claimed.leaseId() + 1, claimed.attempts(), claimed.event());

    for (DeliveryOutcome outcome :
        List.of(
            new Delivered(200),
            new RetryAt(Instant.now(), 500, "no"),
            new Exhausted(null, "no"),
            new Released())) {
      assertThat(complete(stranger, outcome).written()).isZero();
    }

    assertThat(fixture.in(DeliveryStatus.SENDING)).hasSize(1);
    assertThat(complete(claimed, new Delivered(200)).written()).isEqualTo(1);
    assertThat(complete(claimed, new Delivered(200)).written()).isZero();
    assertThat(fixture.all().get(0).attempts()).isEqualTo(1);
  }

  @Test
  void many_outcomes_are_written_together_each_as_its_own() {
    IntStream.range(0, 5).forEach(i -> fixture.record(TYPE));
    List<Claimed> claimed = table.claim("crm", 10).deliveries();
    Instant later = Instant.now().plusSeconds(3600);

    CompletionTable.Written written =
        completions.complete(
            "crm",
            List.of(
                new Completion(claimed.get(0), new Delivered(200)),
                new Completion(claimed.get(1), new Delivered(202)),
                new Completion(claimed.get(2), new RetryAt(later, null, "no connection")),
                new Completion(claimed.get(3), new Exhausted(500, "broken")),
                new Completion(claimed.get(4), new Released())));

    assertThat(written.written()).isEqualTo(5);
    assertThat(written.disabled()).isFalse();
    assertThat(fixture.all())
        .extracting(
            entry ->
                "%s %d %s %s"
                    .formatted(
                        entry.status(),
                        entry.attempts(),
                        entry.lastStatusCode(),
                        entry.lastError()))
        .containsExactly(
            "DELIVERED 1 200 null",
            "DELIVERED 1 202 null",
            "PENDING 1 null no connection",
            "EXHAUSTED 1 500 broken",
            "PENDING 0 null null");
    assertThat(fixture.all().get(2).nextAttemptAt()).isCloseTo(later, within());
    assertThat(table.claim("crm", 10).deliveries())
        .singleElement()
        .matches(delivery -> delivery.id() == claimed.get(4).id());
  }

  @Test
  void only_the_first_410_is_the_one_that_disables() {
    IntStream.range(0, 3).forEach(i -> fixture.record(TYPE));
    List<Claimed> claimed = table.claim("crm", 2).deliveries();

    assertThat(complete(claimed.get(0), new Gone("gone")).disabled()).isTrue();
    assertThat(complete(claimed.get(1), new Gone("gone")).disabled()).isFalse();

    Claim claim = table.claim("crm", 10);
    assertThat(claim.destinationDisabled()).isTrue();
    assertThat(claim.exhausted()).isEqualTo(1);
    assertThat(fixture.in(DeliveryStatus.EXHAUSTED))
        .hasSize(3)
        .last()
        .matches(entry -> entry.lastError().equals("The destination is disabled: gone"));
  }

  @Test
  void a_lease_that_runs_is_not_taken_away() {
    fixture.record(TYPE);
    Claim claim = table.claim("crm", 1);
    fixture.clock.move(Duration.ofDays(1));

    table.renew("crm", Set.of(claim.leaseId()));

    assertThat(table.releaseExpired("crm", 10)).isZero();
    assertThat(complete(claim.deliveries().get(0), new Delivered(200)).written()).isEqualTo(1);
  }

  @Test
  void redelivery_spreads_what_matches_over_time() {
    IntStream.range(0, 1100).forEach(i -> fixture.commit(fixture.event(i + 1, TYPE)));
    exhaust(500);
    exhaust(500);
    Instant before = fixture.clock.instant();

    assertThat(
            InPieces.redeliver(
                database, fixture.deliveries, DeliveryFilter.ofAccount(ACCOUNT), 100))
        .isEqualTo(1000);

    List<DeliveryEntry> pending = fixture.in(DeliveryStatus.PENDING);
    assertThat(pending).hasSize(1100).allMatch(entry -> entry.attempts() == 0);
    assertThat(Duration.between(before, pending.get(999).nextAttemptAt()))
        .isBetween(Duration.ofMillis(9900), Duration.ofMillis(12000));
    assertThat(table.claim("crm", 500).deliveries().size()).isLessThan(500);
  }

  @Test
  void redelivery_without_a_status_leaves_delivered_ones_alone() {
    fixture.record(TYPE);
    complete(table.claim("crm", 1).deliveries().get(0), new Delivered(200));
    DeliveryFilter account = DeliveryFilter.ofAccount(ACCOUNT);

    assertThat(InPieces.redeliver(database, fixture.deliveries, account, 10)).isZero();
    assertThat(
            InPieces.redeliver(
                database,
                fixture.deliveries,
                account.withStatus(DeliveryStatus.DELIVERED).withEventType("other"),
                10))
        .isZero();
    assertThat(
            InPieces.redeliver(
                database, fixture.deliveries, account.withStatus(DeliveryStatus.DELIVERED), 10))
        .isEqualTo(1);
    assertThat(fixture.in(DeliveryStatus.PENDING)).hasSize(1);
    assertThatThrownBy(
            () ->
                InPieces.redeliver(
                    database, fixture.deliveries, account.withStatus(DeliveryStatus.PENDING), 10))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void what_is_pending_can_be_discarded_and_delivered_again() {
    fixture.record(TYPE);
    fixture.record(TYPE);
    DeliveryFilter first = DeliveryFilter.ofAccount(ACCOUNT).withInstanceId(7001L);

    assertThat(InPieces.discard(database, fixture.deliveries, first)).isEqualTo(1);
    assertThat(table.claim("crm", 10).deliveries()).hasSize(1);
    assertThat(
            InPieces.redeliver(
                database, fixture.deliveries, first.withStatus(DeliveryStatus.DISCARDED), 10))
        .isEqualTo(1);
    assertThat(table.claim("crm", 10).deliveries()).hasSize(1);
  }

  @Test
  void one_account_sees_nothing_of_another() {
    fixture.record(TYPE);
    long id = fixture.all().get(0).id();
    DeliveryFilter stranger = DeliveryFilter.ofAccount(ACCOUNT + 1);

    assertThat(fixture.deliveries.list(stranger, 0, 10)).isEmpty();
    assertThat(fixture.deliveries.find(ACCOUNT + 1, id)).isEmpty();
    assertThat(fixture.deliveries.find(ACCOUNT, id)).isPresent();
    assertThat(fixture.deliveries.find(null, id)).isPresent();
    assertThat(InPieces.discard(database, fixture.deliveries, stranger)).isZero();
  }

  @Test
  void pages_follow_one_another() {
    IntStream.range(0, 5).forEach(i -> fixture.record(TYPE));
    DeliveryFilter filter = DeliveryFilter.ofAccount(ACCOUNT).withDestination("crm");

    List<DeliveryEntry> first = fixture.deliveries.list(filter, 0, 3);
    List<DeliveryEntry> second = fixture.deliveries.list(filter, first.get(2).id(), 3);

    assertThat(first).extracting(DeliveryEntry::eventId).containsExactly(1L, 2L, 3L);
    assertThat(second).extracting(DeliveryEntry::eventId).containsExactly(4L, 5L);
  }

  @Test
  void depth_counts_what_waits_and_how_long() {
    fixture.record(TYPE);
    fixture.record(TYPE);
    fixture.record(TYPE);
    complete(table.claim("crm", 1).deliveries().get(0), new Exhausted(500, "broken"));
    table.claim("crm", 1);
    fixture.clock.move(Duration.ofMinutes(2));

    DeliveryDepth.Depth depth = new DeliveryDepth(database, fixture.clock).measure("crm");

    assertThat(depth.counts())
        .containsEntry(DeliveryStatus.PENDING, 1L)
        .containsEntry(DeliveryStatus.SENDING, 1L)
        .containsEntry(DeliveryStatus.EXHAUSTED, 1L);
    assertThat(depth.oldestDueSeconds()).isBetween(120L, 150L);
  }

  private static TemporalUnitOffset within() {
    return Assertions.within(1, ChronoUnit.MILLIS);
  }

  private void exhaust(int count) {
    completions.complete(
        "crm",
        table.claim("crm", count).deliveries().stream()
            .map(delivery -> new Completion(delivery, new Exhausted(500, "broken")))
            .toList());
  }

  private CompletionTable.Written complete(Claimed delivery, DeliveryOutcome outcome) {
    return completions.complete("crm", List.of(new Completion(delivery, outcome)));
  }

  private String storedData(long eventId) {
    return database.transaction(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement("select data_json from event where id = ?")) {
            query.setLong(1, eventId);
            try (ResultSet row = query.executeQuery()) {
              assertThat(row.next()).isTrue();
              return row.getString(1);
            }
          }
        });
  }
}
