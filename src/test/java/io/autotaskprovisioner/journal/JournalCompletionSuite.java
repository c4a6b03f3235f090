package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.JournalFixture.ACCOUNT;
import static io.autotaskprovisioner.journal.JournalFixture.message;
import static io.autotaskprovisioner.journal.JournalFixture.request;
import static io.autotaskprovisioner.journal.JournalFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.journal.Journal.Acceptance;
import io.autotaskprovisioner.journal.Journal.JournalFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

abstract class JournalCompletionSuite extends JournalSuite {

  private static final JournalFilter EVERYTHING = new JournalFilter(null, null, null, null, null);

  JournalCompletionSuite(boolean postgres) {
    super(postgres);
  }

  @Test
  void success_wipes_the_payload_and_happens_once() {
    ClaimedRequest claim = claimOne();

    assertThat(fixture.succeed(claim, 77)).isTrue();
    assertThat(fixture.succeed(claim, 77)).isFalse();
    assertThat(fixture.succeed(claim, 78)).isFalse();

    assertThat(
            fixture.number(
                "select count(*) from provisioning_request where sealed_payload is null"))
        .isEqualTo(1);
    assertThat(fixture.entry(claim.id()).finishedAt()).isEqualTo(fixture.clock.instant());
  }

  @Test
  void of_many_that_succeed_at_once_those_whose_lease_is_lost_are_told_and_unchanged() {
    Batch batch = fixture.open("together.csv");
    fixture.acceptAll(JournalFixture.rows(batch, 3), 3);
    List<ClaimedRequest> claims = fixture.claim(3);
    fixture.expireLeases();
    ClaimedRequest takenOver = fixture.claim(1).get(0);
    int lost = claims.stream().map(ClaimedRequest::id).toList().indexOf(takenOver.id());

    BitSet told =
        fixture.database.transaction(
            connection ->
                fixture.journal.succeed(
                    connection, claims.stream().map(claim -> new Success(claim, 77)).toList()));

    assertThat(told.stream()).containsExactly(lost);
    assertThat(fixture.entry(takenOver.id()).status()).isEqualTo(RequestStatus.RUNNING);
    assertThat(fixture.entries(RequestStatus.SUCCEEDED)).hasSize(2);
    assertThat(fixture.batches.find(batch.id()).orElseThrow().succeeded()).isEqualTo(2);
    assertThat(fixture.succeed(takenOver, 78)).isTrue();
  }

  @Test
  void a_transient_failure_is_tried_again_later_each_time_and_given_up_after_a_day() {
    Instant start = fixture.clock.instant();
    ClaimedRequest claim = claimOne();
    int attempts = 0;
    while (fixture.entry(claim.id()).status() != RequestStatus.FAILED) {
      attempts++;
      fixture.fail(claim, FailureClass.UNREACHABLE);
      JournalEntry entry = fixture.entry(claim.id());
      if (entry.status() == RequestStatus.WAITING) {
        assertThat(fixture.claim(1)).isEmpty();
        fixture.clock.advance(Duration.between(fixture.clock.instant(), entry.nextAttemptAt()));
        claim = fixture.claim(1).get(0);
      }
    }
    assertThat(attempts).isBetween(96, 300);
    assertThat(Duration.between(start, fixture.clock.instant()))
        .isBetween(Duration.ofHours(23), Duration.ofHours(24));
    assertThat(fixture.journal.retry(EVERYTHING)).isEqualTo(1);
  }

  @Test
  void a_rejection_is_final_and_keeps_the_providers_words() {
    ClaimedRequest claim = claimOne();
    fixture
        .journal
        .fail(
            claim,
            new Failure(FailureClass.PROVIDER_REFUSED, "Refused", "No such thing", null),
            true)
        .join();

    JournalEntry entry = fixture.entry(claim.id());
    assertThat(entry.status()).isEqualTo(RequestStatus.FAILED);
    assertThat(entry.providerMessage()).isEqualTo("No such thing");
    assertThat(entry.failureMessage()).isEqualTo("Refused");
  }

  @Test
  void an_unknown_login_is_tried_once_more() {
    ClaimedRequest claim = claimOne();
    fixture.fail(claim, FailureClass.UNKNOWN_LOGIN);
    assertThat(fixture.entry(claim.id()).status()).isEqualTo(RequestStatus.WAITING);

    fixture.clock.advance(Duration.ofMinutes(1));
    fixture.fail(fixture.claim(1).get(0), FailureClass.UNKNOWN_LOGIN);
    assertThat(fixture.entry(claim.id()).status()).isEqualTo(RequestStatus.FAILED);
  }

  @Test
  void an_attempt_that_does_not_count_costs_nothing_however_long_it_lasts() {
    ClaimedRequest claim = claimOne();
    for (int i = 0; i < 5; i++) {
      fixture
          .journal
          .fail(claim, Failure.of(FailureClass.INTEGRATION_CODE, "The code is suspended"), false)
          .join();
      assertThat(fixture.entry(claim.id()).attempts()).isZero();
      fixture.clock.advance(Duration.ofHours(12));
      claim = fixture.claim(1).get(0);
    }
    assertThat(claim.attempts()).isEqualTo(1);
    fixture.fail(claim, FailureClass.UNREACHABLE);
    assertThat(fixture.entry(claim.id()).status()).isEqualTo(RequestStatus.WAITING);
  }

  @Test
  void retry_after_is_the_least_delay() {
    ClaimedRequest claim = claimOne();
    fixture
        .journal
        .fail(
            claim, new Failure(FailureClass.THROTTLED, "Busy", null, Duration.ofMinutes(40)), true)
        .join();

    assertThat(fixture.entry(claim.id()).nextAttemptAt())
        .isBetween(
            fixture.clock.instant().plus(Duration.ofMinutes(40)),
            fixture.clock.instant().plus(Duration.ofMinutes(50)));
  }

  @Test
  void rows_that_failed_under_a_suspect_wait_again_with_its_reason_and_batch_counts_follow() {
    byte[] suspect = {1, 2, 3};
    Batch batch = fixture.open("suspects.csv");
    fixture.acceptAll(JournalFixture.rows(batch, 4), 4);
    Failure rejected = Failure.of(FailureClass.REJECTED_CREDENTIALS, "Rejected");
    List<ClaimedRequest> claims = fixture.claim(4);
    fixture.journal.fail(claims.get(0), rejected, true, suspect).join();
    fixture.clock.advance(Duration.ofMinutes(1));
    Instant since = fixture.clock.instant();
    fixture.journal.fail(claims.get(1), rejected, true, suspect).join();
    fixture.journal.fail(claims.get(2), rejected, true, new byte[] {9}).join();
    fixture.journal.fail(claims.get(3), rejected, true).join();
    fixture.end(batch, null);
    assertThat(fixture.batches.finishDone()).hasSize(1);

    Failure reason =
        new Failure(FailureClass.INTEGRATION_CODE, "Suspected", null, Duration.ofMinutes(1));
    assertThat(fixture.journal.takeBack(suspect, since, reason)).isEqualTo(1);
    assertThat(fixture.journal.takeBack(suspect, since, reason)).isZero();

    JournalEntry waiting = fixture.entry(claims.get(1).id());
    assertThat(waiting.status()).isEqualTo(RequestStatus.WAITING);
    assertThat(waiting.failureClass()).isEqualTo(FailureClass.INTEGRATION_CODE);
    assertThat(waiting.failureMessage()).isEqualTo("Suspected");
    assertThat(waiting.attempts()).isZero();
    assertThat(waiting.nextAttemptAt()).isAfterOrEqualTo(since.plus(Duration.ofMinutes(1)));
    Batch after = fixture.batches.find(batch.id()).orElseThrow();
    assertThat(after.status()).isEqualTo(BatchStatus.RUNNING);
    assertThat(after.waiting()).isEqualTo(1);
    assertThat(after.failed()).isEqualTo(3);

    fixture.journal.hurry(FailureClass.INTEGRATION_CODE);
    fixture.fail(fixture.claim(1).get(0), FailureClass.REJECTED_CREDENTIALS);
    assertThat(fixture.journal.takeBack(suspect, since, reason)).isZero();
    assertThat(fixture.entry(waiting.id()).status()).isEqualTo(RequestStatus.FAILED);
  }

  @Test
  void of_rows_that_failed_under_one_key_only_the_newest_runs_again() {
    for (int i = 0; i < 3; i++) {
      fixture.accept(message("m" + i, request(ACCOUNT, "crm-17", "ann@example.com", "pw" + i)));
      fixture.fail(fixture.claim(1).get(0), FailureClass.REJECTED_CREDENTIALS);
    }

    assertThat(fixture.journal.retry(EVERYTHING)).isEqualTo(1);

    List<ClaimedRequest> claims = fixture.claim(10);
    assertThat(claims).hasSize(1);
    assertThat(claims.get(0).request().configuration())
        .containsEntry("finance.autotask.password", "pw2");
    assertThat(claims.get(0).attempts()).isEqualTo(1);
  }

  @Test
  void a_filter_retries_its_own_rows_and_their_batch_runs_again() {
    Batch first = failedBatch("a.csv", FailureClass.REJECTED_CREDENTIALS);
    Batch second = failedBatch("b.csv", FailureClass.NOT_PERMITTED);
    assertThat(fixture.batches.finishDone()).hasSize(2);

    assertThat(
            fixture.journal.retry(
                new JournalFilter(ACCOUNT, null, null, null, FailureClass.NOT_PERMITTED)))
        .isEqualTo(700);

    Batch running = fixture.batches.find(second.id()).orElseThrow();
    assertThat(running.status()).isEqualTo(BatchStatus.RUNNING);
    assertThat(running.waiting()).isEqualTo(700);
    assertThat(running.failed()).isZero();
    assertThat(fixture.batches.find(first.id()).orElseThrow().status())
        .isEqualTo(BatchStatus.FINISHED);
    assertThat(fixture.claim(1)).hasSize(1);
  }

  @Test
  void for_each_passes_every_row_once_in_order() {
    Batch batch = fixture.open("a.csv");
    fixture.acceptAll(JournalFixture.rows(batch, 1234), 500);

    List<Long> records = new ArrayList<>();
    fixture.journal.forEach(
        JournalFilter.ofBatch(batch.id(), RequestStatus.WAITING),
        entry -> records.add(entry.recordNumber()));

    assertThat(records).hasSize(1234).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void a_caller_finds_its_own_rows_only() {
    ClaimedRequest claim = claimOne();

    assertThat(fixture.journal.find(ACCOUNT, claim.id())).isPresent();
    assertThat(fixture.journal.find(JournalFixture.OTHER_ACCOUNT, claim.id())).isEmpty();
  }

  @Test
  void the_depth_tells_what_is_due_and_since_when() {
    Batch batch = fixture.open("a.csv");
    fixture.acceptAll(JournalFixture.rows(batch, 5), 5);
    fixture.claim(2);
    fixture.clock.advance(Duration.ofSeconds(42));

    assertThat(fixture.journal.depth()).isEqualTo(new Journal.Depth(3, 2, 0, 42));
  }

  @Test
  void the_counts_of_a_batch_equal_its_rows_after_any_sequence() {
    Random random = new Random(20260301);
    Batch batch = fixture.open("a.csv");
    long record = 0;
    for (int step = 0; step < 120; step++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          List<JournalRecord> records = new ArrayList<>();
          for (int i = random.nextInt(8); i >= 0; i--) {
            records.add(
                row(
                    batch,
                    ++record,
                    request(
                        ACCOUNT,
                        random.nextBoolean() ? "id-" + random.nextInt(30) : null,
                        "user-" + random.nextInt(40),
                        "pw-" + random.nextInt(2))));
          }
          fixture.journal.accept(records).join();
        }
        case 2, 3 -> fixture.claim(random.nextInt(1, 6)).forEach(claim -> end(claim, random));
        default -> {
          fixture.clock.advance(Duration.ofMinutes(random.nextInt(20)));
          fixture.expireLeases();
          fixture.journal.retry(
              new JournalFilter(null, null, null, null, FailureClass.NOT_PERMITTED));
        }
      }
    }

    var rows =
        fixture.entries(JournalFilter.ofBatch(batch.id(), null)).stream()
            .collect(Collectors.groupingBy(JournalEntry::status, Collectors.counting()));
    Batch counted = fixture.batches.find(batch.id()).orElseThrow();
    assertThat(counted.recordsRead()).isEqualTo(record);
    assertThat(counted.waiting())
        .isEqualTo(
            rows.getOrDefault(RequestStatus.WAITING, 0L)
                + rows.getOrDefault(RequestStatus.RUNNING, 0L));
    assertThat(counted.succeeded())
        .isPositive()
        .isEqualTo(rows.getOrDefault(RequestStatus.SUCCEEDED, 0L));
    assertThat(counted.failed())
        .isPositive()
        .isEqualTo(rows.getOrDefault(RequestStatus.FAILED, 0L));
    assertThat(counted.duplicate())
        .isPositive()
        .isEqualTo(rows.getOrDefault(RequestStatus.DUPLICATE, 0L));
    assertThat(counted.waiting() + counted.succeeded() + counted.failed() + counted.duplicate())
        .isEqualTo(record);
  }

  @Test
  void payloads_of_requests_that_failed_long_ago_are_wiped() {
    Batch batch = failedBatch("a.csv", FailureClass.NOT_PERMITTED);
    JournalCleaning cleaning =
        new JournalCleaning(fixture.database, fixture.clock, Duration.ofDays(30));
    assertThat(cleaning.clean()).isZero();

    fixture.clock.advance(Duration.ofDays(31));

    assertThat(cleaning.clean()).isEqualTo(700);
    assertThat(fixture.journal.retry(JournalFilter.ofBatch(batch.id(), null))).isZero();
  }

  private void end(ClaimedRequest claim, Random random) {
    switch (random.nextInt(6)) {
      case 0, 1 -> fixture.succeed(claim, random.nextInt(1, 1000));
      case 2 -> fixture.fail(claim, FailureClass.NOT_PERMITTED);
      case 3 -> fixture.fail(claim, FailureClass.UNREACHABLE);
      case 4 -> fixture.journal.duplicate(claim, 5).join();
      default -> {
        // dies with its lease
      }
    }
  }

  private ClaimedRequest claimOne() {
    fixture.accept(message("m1", request(ACCOUNT, null, "ann@example.com", "s3cret")));
    return fixture.claim(1).get(0);
  }

  /** A batch of 700 rows, all of them failed. */
  private Batch failedBatch(String name, FailureClass failureClass) {
    Batch batch = fixture.open(name);
    assertThat(fixture.acceptAll(JournalFixture.rows(batch, 700), 700))
        .isEqualTo(new Acceptance(700, 0, 0));
    fixture.end(batch, null);
    fixture.claim(700).forEach(claim -> fixture.fail(claim, failureClass));
    return batch;
  }
}
