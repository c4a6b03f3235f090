package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.JournalFixture.ACCOUNT;
import static io.autotaskprovisioner.journal.JournalFixture.OTHER_ACCOUNT;
import static io.autotaskprovisioner.journal.JournalFixture.message;
import static io.autotaskprovisioner.journal.JournalFixture.request;
import static io.autotaskprovisioner.journal.JournalFixture.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.journal.Journal.Acceptance;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

abstract class JournalAcceptanceSuite extends JournalSuite {

  JournalAcceptanceSuite(boolean postgres) {
    super(postgres);
  }

  @Test
  void an_accepted_request_comes_back_whole_and_keeps_no_plain_secret() {
    ProvisioningRequest asked = request(ACCOUNT, "crm-17", "ann@example.com", "s3cret");

    assertThat(fixture.accept(message("m1", asked))).isEqualTo(new Acceptance(1, 0, 0));

    ClaimedRequest claim = fixture.claim(10).get(0);
    assertThat(claim.request()).isEqualTo(asked);
    assertThat(claim.idempotencyKey()).isEqualTo("req:crm-17");
    assertThat(claim.door()).isEqualTo(Door.QUEUE);
    assertThat(claim.attempts()).isEqualTo(1);
    JournalEntry entry = fixture.entry(claim.id());
    assertThat(entry.requestId()).isEqualTo("crm-17");
    assertThat(entry.userName()).isEqualTo("ann@example.com");
    assertThat(entry.toString()).doesNotContain("s3cret");
  }

  @Test
  void a_message_that_comes_again_is_a_duplicate_also_of_a_finished_instance() {
    ProvisioningRequest asked = request(ACCOUNT, null, "ann@example.com", "s3cret");
    fixture.accept(message("m1", asked));

    assertThat(fixture.accept(message("m1", asked))).isEqualTo(new Acceptance(0, 1, 0));
    fixture.succeed(fixture.claim(1).get(0), 77);
    assertThat(fixture.accept(message("m1", asked))).isEqualTo(new Acceptance(0, 1, 0));

    List<JournalEntry> duplicates = fixture.entries(RequestStatus.DUPLICATE);
    assertThat(duplicates).extracting(JournalEntry::instanceId).containsExactly(null, 77L);
    assertThat(duplicates.get(0).failureMessage()).contains("(m1)").contains("still being");
    assertThat(duplicates.get(1).failureMessage()).contains("instance 77");
  }

  @Test
  void another_payload_under_a_living_key_is_invalid_and_names_the_holder() {
    fixture.accept(message("m1", request(ACCOUNT, "crm-17", "ann@example.com", "s3cret")));

    assertThat(
            fixture.accept(message("m2", request(ACCOUNT, "crm-17", "bob@example.com", "s3cret"))))
        .isEqualTo(new Acceptance(0, 0, 1));

    JournalEntry failed = fixture.entries(RequestStatus.FAILED).get(0);
    assertThat(failed.failureClass()).isEqualTo(FailureClass.INVALID_REQUEST);
    assertThat(failed.failureMessage()).contains("request crm-17 (m1)");
  }

  @Test
  void a_key_that_failed_for_good_is_free_again_with_any_payload() {
    fixture.accept(message("m1", request(ACCOUNT, "crm-17", "ann@example.com", "wrong")));
    fixture.fail(fixture.claim(1).get(0), FailureClass.REJECTED_CREDENTIALS);

    assertThat(
            fixture.accept(message("m2", request(ACCOUNT, "crm-17", "ann@example.com", "right"))))
        .isEqualTo(new Acceptance(1, 0, 0));
  }

  @Test
  void the_same_key_belongs_to_each_account_of_its_own() {
    fixture.accept(message("m1", request(ACCOUNT, "crm-17", "ann@example.com", "s3cret")));

    assertThat(
            fixture.accept(
                message("m2", request(OTHER_ACCOUNT, "crm-17", "ann@example.com", "s3cret"))))
        .isEqualTo(new Acceptance(1, 0, 0));
  }

  @Test
  void repeats_within_one_chunk_are_recognised() {
    Batch batch = fixture.open("a.csv");
    ProvisioningRequest asked = request(ACCOUNT, null, "ann@example.com", "s3cret");

    assertThat(
            fixture.accept(
                row(batch, 1, asked),
                row(batch, 2, asked),
                row(batch, 3, request(ACCOUNT, "x", "ann@example.com", "s3cret")),
                row(batch, 4, request(ACCOUNT, "x", "bob@example.com", "s3cret"))))
        .isEqualTo(new Acceptance(2, 1, 1));
    assertThat(fixture.entries(RequestStatus.DUPLICATE).get(0).failureMessage())
        .contains("(a.csv:1)");
  }

  @Test
  void how_the_element_is_spelled_makes_no_other_row() {
    Batch batch = fixture.open("a.csv");
    ProvisioningRequest asked = request(ACCOUNT, null, "ann@example.com", "s3cret");

    assertThat(fixture.accept(row(batch, 1, asked), row(batch, 2, asked.withElement("8152"))))
        .isEqualTo(new Acceptance(1, 1, 0));
  }

  @Test
  void a_record_that_cannot_be_read_becomes_a_failed_row_beside_its_neighbours() {
    Batch batch = fixture.open("a.csv");
    JournalRecord broken =
        new JournalRecord(
            ACCOUNT,
            Door.FILE,
            batch.id(),
            2L,
            "a.csv:2",
            null,
            null,
            Failure.of(FailureClass.INVALID_REQUEST, "Quote is not closed\0"),
            "[\"x\"]");

    assertThat(
            fixture.accept(
                row(batch, 1, request(ACCOUNT, null, "ann@example.com", "s3cret")), broken))
        .isEqualTo(new Acceptance(1, 0, 1));

    JournalEntry failed = fixture.entries(RequestStatus.FAILED).get(0);
    assertThat(failed.failureMessage()).isEqualTo("Quote is not closed");
    assertThat(failed.original()).isEqualTo("[\"x\"]");
    assertThat(failed.requestId()).isEqualTo("r-" + failed.id());
  }

  @Test
  void a_request_id_that_no_row_can_hold_fails_instead_of_stopping_the_chunk() {
    assertThat(
            fixture.accept(
                message("m1", request(ACCOUNT, "x".repeat(201), "ann@example.com", "s3cret")),
                message("m2", request(ACCOUNT, "nul\0", "ann@example.com", "s3cret")),
                message("m\0".repeat(900), request(ACCOUNT, null, "ann@example.com", "s3cret"))))
        .isEqualTo(new Acceptance(1, 0, 2));
  }

  @Test
  void reading_goes_on_behind_the_records_that_are_in() {
    Batch batch = fixture.open("a.csv");
    List<JournalRecord> rows = JournalFixture.rows(batch, 100);
    fixture.acceptAll(rows.subList(0, 60), 30);

    Batch resumed = fixture.open("a.csv");
    assertThat(resumed.id()).isEqualTo(batch.id());
    assertThat(resumed.recordsRead()).isEqualTo(60);
    assertThat(fixture.acceptAll(rows, 30)).isEqualTo(new Acceptance(40, 0, 0));

    assertThat(fixture.batches.find(batch.id()).orElseThrow().waiting()).isEqualTo(100);
    assertThat(fixture.entries(RequestStatus.WAITING)).hasSize(100);
  }

  @Test
  void records_of_an_unknown_batch_are_refused_whole() {
    Batch batch = fixture.open("a.csv");
    fixture.accept(row(batch, 1, request(ACCOUNT, null, "ann@example.com", "s3cret")));
    fixture.update("update provisioning_request set batch_id = null");
    fixture.update("delete from batch");

    assertThatThrownBy(
            () ->
                fixture.accept(row(batch, 2, request(ACCOUNT, null, "bob@example.com", "s3cret"))))
        .isNotNull();
    assertThat(fixture.entries(RequestStatus.WAITING)).hasSize(1);
  }

  @Test
  void listeners_hear_of_due_requests_and_not_of_duplicates() {
    AtomicInteger heard = new AtomicInteger();
    fixture.journal.onDue(heard::incrementAndGet);

    JournalRecord record = message("m1", request(ACCOUNT, null, "ann@example.com", "s3cret"));
    fixture.accept(record);
    fixture.accept(record);

    assertThat(heard).hasValue(1);
    assertThat(
            fixture
                .meters
                .counter("provisioning.requests", "door", "queue", "outcome", "duplicate")
                .count())
        .isEqualTo(1);
  }

  @Test
  void a_request_with_not_before_waits_for_its_time() {
    ProvisioningRequest asked = request(ACCOUNT, null, "ann@example.com", "s3cret");
    ProvisioningRequest later =
        new ProvisioningRequest(
            ACCOUNT,
            null,
            asked.element(),
            asked.name(),
            null,
            asked.configuration(),
            asked.externalAuthentication(),
            fixture.clock.instant().plus(Duration.ofHours(1)));
    fixture.accept(message("m1", later));

    assertThat(fixture.claim(1)).isEmpty();
    fixture.clock.advance(Duration.ofHours(1));
    assertThat(fixture.claim(1)).hasSize(1);
  }
}
