package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.JournalFixture.ACCOUNT;
import static io.autotaskprovisioner.journal.JournalFixture.LEASE;
import static io.autotaskprovisioner.journal.JournalFixture.message;
import static io.autotaskprovisioner.journal.JournalFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

abstract class JournalClaimSuite extends JournalSuite {

  JournalClaimSuite(boolean postgres) {
    super(postgres);
  }

  @Test
  void a_message_does_not_wait_behind_ten_thousand_rows() {
    Batch batch = fixture.open("large.csv");
    fixture.acceptAll(JournalFixture.rows(batch, 10_000), 1000);
    fixture.accept(message("m1", request(ACCOUNT, null, "ann@example.com", "s3cret")));

    assertThat(List.of(fixture.claim(1).get(0).door(), fixture.claim(1).get(0).door()))
        .contains(Door.QUEUE);
    fixture.accept(message("m2", request(ACCOUNT, null, "bob@example.com", "s3cret")));
    assertThat(fixture.claim(16)).extracting(ClaimedRequest::door).contains(Door.QUEUE);
  }

  @Test
  void two_batches_alternate_and_the_rest_goes_to_the_longer_one() {
    Batch large = fixture.open("large.csv");
    Batch small = fixture.open("small.csv");
    fixture.acceptAll(JournalFixture.rows(large, 50), 50);
    fixture.acceptAll(JournalFixture.rows(small, 4), 50);

    List<Long> turns = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      turns.add(fixture.claim(1).get(0).batchId());
    }
    assertThat(turns).containsExactly(large.id(), small.id(), large.id(), small.id());

    List<ClaimedRequest> rest = fixture.claim(20);
    assertThat(rest).hasSize(20);
    assertThat(rest).filteredOn(claim -> small.id() == claim.batchId()).hasSize(2);
  }

  @Test
  void rows_of_a_batch_come_in_the_order_of_their_records() {
    Batch batch = fixture.open("a.csv");
    fixture.acceptAll(JournalFixture.rows(batch, 30), 10);

    assertThat(fixture.claim(30))
        .extracting(claim -> claim.request().name())
        .startsWith("Autotask of a.csv-user-1", "Autotask of a.csv-user-2")
        .endsWith("Autotask of a.csv-user-30");
  }

  @Test
  void two_workers_never_get_the_same_row() {
    fixture.acceptAll(JournalFixture.rows(fixture.open("a.csv"), 600), 600);

    List<CompletableFuture<List<Long>>> workers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      workers.add(CompletableFuture.supplyAsync(this::claimUntilEmpty));
    }
    List<Long> claimed = workers.stream().flatMap(worker -> worker.join().stream()).toList();
    // One that found every row locked by the other has stopped early: the rest is taken here.
    List<Long> all = new ArrayList<>(claimed);
    all.addAll(claimUntilEmpty());

    assertThat(all).doesNotHaveDuplicates().hasSize(600);
  }

  @Test
  void an_expired_lease_is_taken_over_and_the_late_completion_changes_nothing() {
    Batch batch = fixture.open("a.csv");
    fixture.acceptAll(JournalFixture.rows(batch, 1), 1);
    ClaimedRequest late = fixture.claim(1).get(0);
    assertThat(fixture.claim(1)).isEmpty();

    fixture.expireLeases();
    ClaimedRequest taken = fixture.claim(1).get(0);

    assertThat(taken.id()).isEqualTo(late.id());
    assertThat(taken.attempts()).isEqualTo(2);
    assertThat(fixture.succeed(late, 11)).isFalse();
    fixture.fail(late, FailureClass.REJECTED_CREDENTIALS);
    fixture.journal.duplicate(late, 12).join();
    assertThat(fixture.entry(late.id()).status()).isEqualTo(RequestStatus.RUNNING);
    assertThat(fixture.succeed(taken, 13)).isTrue();
    assertThat(fixture.entry(late.id()).instanceId()).isEqualTo(13);
    assertThat(fixture.batches.find(batch.id()).orElseThrow().succeeded()).isEqualTo(1);
  }

  @Test
  void a_renewed_lease_lasts_and_a_lost_one_is_not_renewed() {
    fixture.acceptAll(JournalFixture.rows(fixture.open("a.csv"), 1), 1);
    ClaimedRequest first = fixture.claim(1).get(0);
    fixture.expireLeases();
    fixture.journal.renew(List.of(first), LEASE);
    assertThat(fixture.claim(1)).isEmpty();

    fixture.expireLeases();
    ClaimedRequest second = fixture.claim(1).get(0);
    fixture.expireLeases();
    fixture.journal.renew(List.of(first), LEASE);
    assertThat(fixture.claim(1))
        .extracting(ClaimedRequest::id)
        .as("the lease of %s had not been renewed", second)
        .containsExactly(second.id());
  }

  @Test
  void a_lease_ends_on_the_clock_of_the_database_after_the_time_asked_for() {
    fixture.acceptAll(JournalFixture.rows(fixture.open("a.csv"), 1), 1);
    fixture.journal.claim(1, Duration.ofSeconds(90));

    assertThat(
            fixture.number(
                """
                select count(*) from provisioning_request
                where lease_until > current_timestamp + interval '80' second
                  and lease_until <= current_timestamp + interval '90' second
                """))
        .isEqualTo(1);
  }

  @Test
  void a_row_that_no_key_opens_fails_and_harms_no_other() {
    fixture.acceptAll(JournalFixture.rows(fixture.open("a.csv"), 2), 2);
    fixture.update(
        "update provisioning_request set sealed_payload = ? where record_number = 1",
        new byte[] {1, 2, 3});

    assertThat(fixture.claim(2)).hasSize(1);
    org.awaitility.Awaitility.await()
        .untilAsserted(() -> assertThat(fixture.entries(RequestStatus.FAILED)).hasSize(1));
    assertThat(fixture.entries(RequestStatus.FAILED).get(0).failureClass())
        .isEqualTo(FailureClass.INTERNAL_ERROR);
  }

  private List<Long> claimUntilEmpty() {
    List<Long> ids = new ArrayList<>();
    List<ClaimedRequest> claims = fixture.claim(7);
    while (!claims.isEmpty()) {
      claims.forEach(claim -> ids.add(claim.id()));
      claims = fixture.claim(7);
    }
    return ids;
  }
}
