package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.JournalFixture.ACCOUNT;
import static io.autotaskprovisioner.journal.JournalFixture.OTHER_ACCOUNT;
import static io.autotaskprovisioner.journal.JournalFixture.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

abstract class BatchCancellationSuite extends JournalSuite {

  BatchCancellationSuite(boolean postgres) {
    super(postgres);
  }

  @Test
  void what_waits_is_discarded_and_what_runs_ends_as_it_ends() {
    Batch batch = fixture.open("cancelled.csv");
    fixture.acceptAll(rows(batch, 1_200), 400);
    fixture.end(batch, null);
    List<ClaimedRequest> running = fixture.claim(3);

    assertThat(fixture.batches.cancel(batch.id())).isTrue();
    assertThat(fixture.batches.cancel(batch.id())).isFalse();
    assertThat(fixture.claim(10)).as("claims of a cancelled batch").isEmpty();
    assertThat(cancellation().discardWaiting()).isEqualTo(1_197);
    assertCounts(batch, 3, 0, 0, 1_197);

    assertThat(fixture.succeed(running.get(0), 77)).isTrue();
    fixture.fail(running.get(1), FailureClass.REJECTED_CREDENTIALS);
    fixture.fail(running.get(2), FailureClass.UNREACHABLE);
    assertThat(cancellation().discardWaiting()).as("one that would be tried again").isEqualTo(1);
    assertCounts(batch, 0, 1, 1, 1_198);
    assertThat(cancellation().discardWaiting()).isZero();
    assertThat(
            fixture.number(
                "select count(*) from provisioning_request where sealed_payload is not null"))
        .as("payloads left: of the one that failed")
        .isEqualTo(1);
    assertThat(fixture.journal.retry(Journal.JournalFilter.ofBatch(batch.id(), null)))
        .as("run again in a cancelled batch")
        .isZero();
    assertThat(fixture.batches.finishDone())
        .extracting(Batch::id, Batch::status)
        .containsExactly(tuple(batch.id(), BatchStatus.CANCELLED));
    assertThat(fixture.batches.finishDone()).isEmpty();
  }

  @Test
  void records_read_after_the_cancellation_are_passed_over() {
    Batch batch = fixture.open("half-read.csv");
    List<JournalRecord> records = rows(batch, 20);
    fixture.journal.accept(records.subList(0, 10)).join();
    fixture.batches.cancel(batch.id());

    assertThat(fixture.journal.accept(records.subList(10, 20)).join())
        .isEqualTo(new Journal.Acceptance(0, 0, 0));
    assertThat(cancellation().discardWaiting()).isEqualTo(10);
    assertCounts(batch, 0, 0, 0, 10);
  }

  @Test
  void the_reading_of_a_cancelled_file_ends_once_and_the_file_may_come_again() {
    Batch batch = fixture.open("again.csv");
    fixture.batches.cancel(batch.id());
    assertThat(fixture.open("again.csv").id()).as("its reading goes on").isEqualTo(batch.id());

    fixture.end(batch, "cancelled");

    assertThat(fixture.batches.find(batch.id()).orElseThrow().status())
        .isEqualTo(BatchStatus.CANCELLED);
    assertThat(fixture.open("again.csv").id()).isNotEqualTo(batch.id());
  }

  @Test
  void one_request_is_discarded_with_its_secret_and_its_key_is_free() {
    Batch batch = fixture.open("two.csv");
    fixture.acceptAll(rows(batch, 2), 2);
    ClaimedRequest failing = fixture.claim(1).get(0);
    fixture.fail(failing, FailureClass.REJECTED_CREDENTIALS);
    long waiting = fixture.entries(RequestStatus.WAITING).get(0).id();

    assertThat(fixture.journal.discard(OTHER_ACCOUNT, waiting)).isFalse();
    assertThat(fixture.journal.discard(ACCOUNT, waiting)).isTrue();
    assertThat(fixture.journal.discard(ACCOUNT, waiting)).isFalse();
    assertThat(fixture.journal.discard(ACCOUNT, failing.id())).isTrue();

    assertCounts(batch, 0, 0, 0, 2);
    assertThat(
            fixture.number(
                "select count(*) from provisioning_request"
                    + " where sealed_payload is not null or active_key is not null"))
        .isZero();
    Batch again = fixture.open("again.csv");
    JournalRecord same =
        JournalFixture.row(
            again, 1, JournalFixture.request(ACCOUNT, null, "two.csv-user-1", "secret-1"));
    assertThat(fixture.accept(same).waiting()).isEqualTo(1);
  }

  private BatchCancellation cancellation() {
    return new BatchCancellation(fixture.database, fixture.clock);
  }

  private void assertCounts(
      Batch batch, long waiting, long succeeded, long failed, long discarded) {
    Batch now = fixture.batches.find(batch.id()).orElseThrow();
    assertThat(List.of(now.waiting(), now.succeeded(), now.failed(), now.discarded()))
        .as("waiting, succeeded, failed, discarded")
        .containsExactly(waiting, succeeded, failed, discarded);
  }
}
