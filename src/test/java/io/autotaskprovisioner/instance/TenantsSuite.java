package io.autotaskprovisioner.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.instance.TenantFacts.Answer;
import io.autotaskprovisioner.storage.SqlWork;
import io.autotaskprovisioner.support.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TenantsSuite {

  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private static final Duration LEASE = Duration.ofMinutes(2);

  private final Tenants tenants = new Tenants();
  private final TenantClaims claims = new TenantClaims();
  TestDatabase database;

  abstract TestDatabase open();

  @BeforeAll
  void openDatabase() {
    database = open();
  }

  @AfterAll
  void closeDatabase() {
    database.close();
  }

  @BeforeEach
  void emptyDatabase() {
    database.clear();
  }

  @Test
  void a_tenant_is_noted_once_and_claimed_by_one() {
    assertThat(note(7)).isEqualTo(TenantFacts.NONE);
    assertThat(note(7)).isEqualTo(TenantFacts.NONE);

    List<TenantWork> claimed = claim();

    assertThat(claimed).hasSize(1);
    assertThat(claimed.get(0).databaseId()).isEqualTo(7);
    assertThat(claimed.get(0).attempts()).isEqualTo(1);
    assertThat(claimed.get(0).notedAt()).isEqualTo(NOW);
    assertThat(claim()).isEmpty();
  }

  @Test
  void what_was_learnt_is_told_to_whoever_notes_the_tenant_again() {
    note(7);
    TenantWork work = claim().get(0);
    TenantFacts facts =
        TenantFacts.NONE
            .withVersion(Answer.GIVEN, "2026.3.0.17")
            .withCompany(Answer.NOT_PERMITTED, null);

    assertThat(settled(c -> claims.finish(c, work, facts, NOW))).isTrue();

    assertThat(note(7)).isEqualTo(facts);
    assertThat(claim()).isEmpty();
  }

  @Test
  void a_lease_that_ended_is_taken_over_and_the_late_answer_changes_nothing() {
    note(7);
    TenantWork stalled = claim().get(0);
    database.execute("update tenant set lease_until = current_timestamp - interval '1' second");

    TenantWork second = claim().get(0);

    assertThat(second.attempts()).isEqualTo(2);
    TenantFacts late = TenantFacts.NONE.withVersion(Answer.GIVEN, "late");
    assertThat(settled(c -> claims.finish(c, stalled, late, NOW))).isFalse();
    assertThat(settled(c -> claims.giveUp(c, stalled, late, "late", NOW))).isFalse();
    assertThat(settled(c -> claims.finish(c, second, TenantFacts.NONE, NOW))).isTrue();
    Optional<TenantFacts> known = run(c -> tenants.facts(c, 7));
    assertThat(known).contains(TenantFacts.NONE);
  }

  @Test
  void a_claim_survives_the_end_of_its_process() {
    note(7);
    claim();
    database.restart();

    assertThat(claim()).as("its lease has not ended").isEmpty();
    database.execute("update tenant set lease_until = current_timestamp - interval '1' second");
    assertThat(claim()).hasSize(1);
  }

  @Test
  void a_postponed_tenant_waits_and_keeps_what_it_said_so_far() {
    note(7);
    TenantWork work = claim().get(0);
    TenantFacts half = TenantFacts.NONE.withVersion(Answer.GIVEN, "2026");

    run(c -> claims.postpone(c, work, half, "THROTTLED", NOW.plusSeconds(60)));

    assertThat(claim()).isEmpty();
    List<TenantWork> later = run(c -> claims.claim(c, 10, LEASE, NOW.plusSeconds(61)));
    assertThat(later).extracting(TenantWork::facts).containsExactly(half);
  }

  @Test
  void a_tenant_given_up_is_asked_again_after_its_next_instance() {
    note(7);
    TenantWork work = claim().get(0);
    run(c -> claims.giveUp(c, work, TenantFacts.NONE, "x".repeat(5000), NOW));
    assertThat(claim()).isEmpty();

    note(7);

    assertThat(claim()).extracting(TenantWork::attempts).containsExactly(1);
  }

  @Test
  void nodes_that_claim_at_once_never_get_the_same_tenant() {
    for (long tenant = 1; tenant <= 40; tenant++) {
      note(tenant);
    }
    List<CompletableFuture<Set<Long>>> nodes =
        List.of(1, 2).stream().map(node -> CompletableFuture.supplyAsync(this::claimAll)).toList();
    Set<Long> first = nodes.get(0).join();
    Set<Long> second = nodes.get(1).join();

    assertThat(Collections.disjoint(first, second)).isTrue();
    // What the other had locked at that moment is left for the next look.
    assertThat(first.size() + second.size() + claimAll().size()).isEqualTo(40);
  }

  private Set<Long> claimAll() {
    Set<Long> all = new HashSet<>();
    for (List<TenantWork> some = claim(); !some.isEmpty(); some = claim()) {
      some.forEach(work -> all.add(work.databaseId()));
    }
    return all;
  }

  private TenantFacts note(long tenant) {
    return run(c -> tenants.note(c, tenant, NOW));
  }

  private List<TenantWork> claim() {
    return run(c -> claims.claim(c, 4, LEASE, NOW));
  }

  private boolean settled(SqlWork<Boolean> work) {
    return run(work);
  }

  private <T> T run(SqlWork<T> work) {
    return database.database().transaction(work);
  }
}
