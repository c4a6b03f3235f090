package io.autotaskprovisioner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.InstanceVerifications;
import io.autotaskprovisioner.instance.Instances.Insertion;
import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.journal.ClaimedRequest;
import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.JournalRecord;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.lifecycle.LifecycleOutcome.Kind;
import io.autotaskprovisioner.storage.JdbcDatabase;
import io.autotaskprovisioner.support.MutableClock;
import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Changes of stored instances on a real database, between two processes among others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InstanceLifecycleSuite {

  private static final long ACCOUNT = 1;
  private static final long TENANT = 20264;
  private static final String USER_NAME = "finance.autotask.username";
  private static final String PASSWORD = "finance.autotask.password";
  private static final Instant CREATED = Instant.parse("2026-01-10T10:00:00Z");

  private final MutableClock clock = MutableClock.standing();
  private TestDatabase database;
  private JdbcDatabase secondDatabase;
  private LifecycleNode node;
  private LifecycleNode second;

  abstract TestDatabase open();

  @BeforeAll
  void openDatabase() throws Exception {
    database = open();
    secondDatabase =
        JdbcDatabase.open(
            database.settings(),
            new SimpleMeterRegistry(),
            why -> {
              throw new IllegalStateException(why);
            });
    node = new LifecycleNode(database.database(), database.keyRing(), database.directory(), clock);
    second = new LifecycleNode(secondDatabase, database.keyRing(), database.directory(), clock);
  }

  @AfterAll
  void closeDatabase() {
    node.close();
    second.close();
    secondDatabase.stop();
    database.close();
  }

  @BeforeEach
  void emptyDatabase() {
    database.clear();
    database.execute(
        """
        insert into account (id, email, first_name, last_name, role, user_secret_hash,
          organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
        values (1, 'a@b.example', 'A', 'B', 'admin', '\\x01', '\\x01', '\\x01', '\\x01',
          current_timestamp)
        """);
    node.database.statements().clear();
  }

  @Test
  void changes_of_different_things_planned_on_the_same_reading_both_last() {
    Instance read = stored(10, null);
    PlannedChange tags = plan(read, wanted(null, List.of("b"), Map.of()));
    PlannedChange name = plan(read, wanted("Renamed", null, Map.of("custom", "x")));

    assertThat(node.lifecycle.change(tags, null).join().kind()).isEqualTo(Kind.DONE);
    LifecycleOutcome outcome = second.lifecycle.change(name, null).join();

    assertThat(outcome.kind()).isEqualTo(Kind.DONE);
    Instance now = find(10);
    assertThat(now).isEqualTo(outcome.instance());
    assertThat(now.name()).isEqualTo("Renamed");
    assertThat(now.tags()).containsExactly("b");
    assertThat(now.configuration()).containsEntry("custom", "x");
    assertThat(now.version()).isEqualTo(3);
    assertThat(now.createdAt()).isEqualTo(read.createdAt());
    assertThat(now.token()).isEqualTo(read.token());
  }

  @Test
  void two_processes_that_change_the_same_instance_again_and_again_lose_nothing() {
    Instance read = stored(10, null);
    List<CompletableFuture<LifecycleOutcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      LifecycleNode one = i % 2 == 0 ? node : second;
      PlannedChange plan = plan(read, wanted(null, null, Map.of("custom." + i, "value " + i)));
      outcomes.add(one.lifecycle.change(plan, null));
    }
    List<Integer> done = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i).join().kind() == Kind.DONE) {
        done.add(i);
      }
    }
    // A change that lost against the other process five times in a row is told so, never dropped.
    assertThat(done).isNotEmpty();
    Map<String, String> configuration = find(10).configuration();
    for (int i = 0; i < outcomes.size(); i++) {
      assertThat(configuration.get("custom." + i))
          .as("change %d", i)
          .isEqualTo(done.contains(i) ? "value " + i : null);
    }
    assertThat(events("autotask.instance.updated")).isEqualTo(done.size());
  }

  @Test
  void changes_do_not_pile_up_a_configuration_that_no_single_request_could_bring() {
    Instance read = stored(10, null);
    Map<String, String> large = new LinkedHashMap<>();
    for (int i = 0; i < 15; i++) {
      large.put("large." + i, "x".repeat(60_000));
    }
    node.lifecycle.change(plan(read, wanted(null, null, large)), null).join();
    Instance now = find(10);
    Map<String, String> more = Map.of("more.1", "y".repeat(60_000), "more.2", "y".repeat(60_000));

    assertThatThrownBy(() -> plan(now, wanted(null, null, more)))
        .isInstanceOf(ProvisioningException.class)
        .hasMessageContaining("characters: it may grow to 1,000,000");
    node.lifecycle.change(plan(now, wanted(null, null, Map.of("large.0", "z"))), null).join();
    assertThat(find(10).configuration()).containsEntry("large.0", "z").doesNotContainKey("more.1");
  }

  @Test
  void credentials_that_changed_under_a_proof_are_not_overwritten() {
    Instance read = stored(10, null);
    PlannedChange mine = plan(read, wanted(null, null, Map.of(PASSWORD, "mine")));
    PlannedChange theirs = plan(read, wanted(null, null, Map.of(PASSWORD, "theirs")));
    assertThat(mine.verification()).isTrue();
    assertThat(mine.request().configuration()).containsEntry(PASSWORD, "mine");

    second.lifecycle.change(theirs, said(TENANT)).join();
    LifecycleOutcome outcome = node.lifecycle.change(mine, said(TENANT)).join();

    assertThat(outcome.kind()).isEqualTo(Kind.OVERTAKEN);
    assertThat(find(10).configuration()).containsEntry(PASSWORD, "theirs");
    assertThat(events("autotask.instance.updated")).isEqualTo(1);
  }

  @Test
  void a_body_that_repeats_credentials_of_yesterday_stores_none_that_nobody_proved() {
    Instance read = stored(10, null);
    PlannedChange repeated =
        plan(read, wanted("Renamed", null, Map.of(USER_NAME, "api@acme.example")));
    assertThat(repeated.verification()).isFalse();
    PlannedChange other = plan(read, wanted(null, null, Map.of(USER_NAME, "new@acme.example")));
    second.lifecycle.change(other, said(TENANT)).join();

    assertThat(node.lifecycle.change(repeated, null).join().kind()).isEqualTo(Kind.OVERTAKEN);

    assertThat(find(10).configuration()).containsEntry(USER_NAME, "new@acme.example");
    assertThat(find(10).name()).isEqualTo("Acme");
  }

  @Test
  void a_change_whose_commit_was_thought_lost_is_made_once() {
    Instance read = stored(10, null);
    node.database.loseNewsOfNextCommit();

    LifecycleOutcome outcome =
        node.lifecycle.change(plan(read, wanted("Renamed", null, Map.of())), null).join();

    assertThat(outcome.kind()).isEqualTo(Kind.DONE);
    assertThat(find(10)).isEqualTo(outcome.instance());
    assertThat(find(10).version()).isEqualTo(2);
    assertThat(events("autotask.instance.updated")).isEqualTo(1);
  }

  @Test
  void a_removal_whose_commit_was_thought_lost_is_done() {
    Instance read = stored(10, null);
    node.database.loseNewsOfNextCommit();

    assertThat(node.lifecycle.remove(read).join().kind()).isEqualTo(Kind.DONE);

    assertThat(events("autotask.instance.deleted")).isEqualTo(1);
    assertThat(node.lifecycle.remove(read).join().kind()).isEqualTo(Kind.GONE);
  }

  @Test
  void an_instance_that_changed_since_it_was_read_is_removed_and_told_of_as_it_was_then() {
    Instance read = stored(10, null);
    second.lifecycle.change(plan(read, wanted("Renamed", null, Map.of())), null).join();

    assertThat(node.lifecycle.remove(read).join().instance().name()).isEqualTo("Renamed");

    PlannedChange late = plan(read, wanted("Late", null, Map.of()));
    assertThat(node.lifecycle.change(late, null).join().kind()).isEqualTo(Kind.GONE);
    assertThat(node.lifecycle.setDisabled(read, true).join().kind()).isEqualTo(Kind.GONE);
    assertThat(database.number("select count(*) from event")).isEqualTo(2);
  }

  @Test
  void a_removed_instance_leaves_no_tag_and_is_not_counted() {
    Instance read = stored(10, null);
    PlannedChange tags = plan(read, wanted(null, List.of("a", "b", "a"), Map.of()));
    Instance tagged = node.lifecycle.change(tags, null).join().instance();
    assertThat(database.number("select count(*) from instance_tag")).isEqualTo(2);

    node.lifecycle.remove(tagged).join();

    assertThat(database.number("select count(*) from instance_tag")).isZero();
    long counted =
        database.database().transaction(connection -> node.instances.count(connection, ACCOUNT));
    assertThat(counted).isZero();
  }

  @Test
  void a_removed_instance_frees_the_key_of_its_request_whose_row_says_what_it_made() {
    JournalRecord record = record("order-1");
    node.journal.accept(List.of(record)).join();
    ClaimedRequest claim = node.journal.claim(1, Duration.ofMinutes(2)).get(0);
    Instance read = stored(10, claim.idempotencyKey());
    database
        .database()
        .transaction(connection -> node.journal.succeed(connection, claim, read.id()));
    assertThat(node.journal.accept(List.of(record("order-1"))).join().duplicate()).isEqualTo(1);

    node.lifecycle.remove(read).join();

    assertThat(node.journal.find(ACCOUNT, claim.id()).orElseThrow().instanceId())
        .isEqualTo(read.id());
    assertThat(node.journal.accept(List.of(record("order-1"))).join().waiting()).isEqualTo(1);
    ClaimedRequest again = node.journal.claim(1, Duration.ofMinutes(2)).get(0);
    assertThat(stored(11, again.idempotencyKey()).requestKey()).isEqualTo(read.requestKey());
  }

  @Test
  void a_masked_record_is_no_repeat_of_a_request_whose_instance_is_gone() {
    node.journal.accept(List.of(record("order-2"))).join();
    ClaimedRequest claim = node.journal.claim(1, Duration.ofMinutes(2)).get(0);
    Instance read = stored(10, claim.idempotencyKey());
    database
        .database()
        .transaction(connection -> node.journal.succeed(connection, claim, read.id()));
    JournalRecord masked = record("order-2", "********");
    assertThat(node.journal.accept(List.of(masked)).join().duplicate()).isEqualTo(1);

    node.lifecycle.remove(read).join();

    assertThat(node.journal.accept(List.of(masked)).join().failed()).isEqualTo(1);
  }

  @Test
  void what_waits_to_be_delivered_of_a_removed_instance_goes_on_waiting() {
    Instance read = stored(10, null);
    node.lifecycle.setDisabled(read, true).join();
    Instance disabled = find(10);

    node.lifecycle.remove(disabled).join();

    assertThat(database.number("select count(*) from delivery where status = 'PENDING'"))
        .isEqualTo(2);
    assertThat(events("autotask.instance.disabled")).isEqualTo(1);
    assertThat(events("autotask.instance.deleted")).isEqualTo(1);
    assertThat(database.number("select count(*) from event where data_json like '%token-10%'"))
        .isZero();
  }

  @Test
  void a_verification_under_way_makes_nothing_of_an_instance_that_is_removed() {
    Instance read = stored(10, null);
    node.lifecycle.remove(read).join();
    InstanceVerifications verifications = new InstanceVerifications();
    boolean changed =
        database
            .database()
            .transaction(
                connection ->
                    verifications.changeValidity(connection, read, false, clock.instant()));
    assertThat(changed).isFalse();
    assertThat(database.number("select count(*) from instance")).isZero();
  }

  @Test
  void what_is_known_of_a_tenant_outlives_its_last_instance() {
    Instance read = stored(10, null);
    PlannedChange again =
        new PlannedChange(
            new InstanceChange(wanted(null, null, Map.of()), true),
            read,
            plan(read, wanted(null, null, Map.of())).element(),
            wanted(null, null, Map.of()),
            true);
    node.lifecycle.change(again, said(TENANT)).join();
    assertThat(database.number("select count(*) from tenant where database_id = 20264"))
        .isEqualTo(1);

    node.lifecycle.remove(find(10)).join();

    assertThat(database.number("select count(*) from tenant where database_id = 20264"))
        .isEqualTo(1);
  }

  @Test
  void an_accepted_login_makes_an_invalid_instance_valid_and_moves_it_to_its_new_tenant() {
    Instance read = stored(10, null);
    database.execute(
        "update instance set valid = false, product_version = '1', company_name = 'Old'");
    Instance invalid = find(10);
    PlannedChange plan = plan(invalid, wanted(null, null, Map.of(PASSWORD, "new-secret")));

    Instance now = node.lifecycle.change(plan, said(777)).join().instance();

    assertThat(now.valid()).isTrue();
    assertThat(now.tenant().databaseId()).isEqualTo(777);
    assertThat(now.tenant().companyName()).isNull();
    assertThat(find(10)).isEqualTo(now);
    assertThat(now.configuration()).containsEntry(PASSWORD, "new-secret");
    assertThat(events("autotask.instance.updated")).isEqualTo(1);
    assertThat(events("autotask.instance.validated")).isEqualTo(1);
    assertThat(database.number("select count(*) from tenant where database_id = 777")).isEqualTo(1);
    assertThat(
            database.number(
                "select count(*) from instance where configuration_json like '%new-secret%'"))
        .isZero();
  }

  @Test
  void what_a_verification_noted_meanwhile_stays_when_something_else_is_changed() {
    Instance read = stored(10, null);
    TenantDetails noted = said(888);
    database
        .database()
        .transaction(
            connection -> {
              new InstanceVerifications().noteVerified(connection, 10, read.version(), noted);
              return null;
            });

    node.lifecycle.change(plan(read, wanted("Renamed", null, Map.of())), null).join();

    assertThat(find(10).name()).isEqualTo("Renamed");
    assertThat(find(10).tenant()).isEqualTo(noted);
  }

  @Test
  void a_change_that_changes_nothing_writes_nothing_and_is_no_event() {
    Instance read = stored(10, null);
    Map<String, @Nullable String> masked = new LinkedHashMap<>(read.configuration());
    masked.put(PASSWORD, "********");
    PlannedChange plan = plan(read, wanted(read.name(), read.tags(), masked));

    assertThat(plan.verification()).isFalse();
    assertThat(node.lifecycle.change(plan, null).join().kind()).isEqualTo(Kind.DONE);
    node.lifecycle.setDisabled(read, false).join();
    node.lifecycle.setTraceLogging(read, false).join();

    assertThat(find(10)).isEqualTo(read);
    assertThat(database.number("select count(*) from event")).isZero();
  }

  @Test
  void a_fault_from_before_keeps_nobody_from_other_changes_and_no_new_one_is_taken() {
    stored(10, null);
    database.execute(
        """
        update instance set configuration_json = replace(configuration_json, '"custom":null',
          '"custom":"https://me:hush@host.example"')
        """);
    Instance read = find(10);
    assertThat(read.configuration().get("custom")).startsWith("https://me:");

    PlannedChange tags = plan(read, wanted("Renamed", List.of("x"), Map.of()));
    assertThat(node.lifecycle.change(tags, null).join().kind()).isEqualTo(Kind.DONE);
    for (Map<String, @Nullable String> fault :
        List.<Map<String, @Nullable String>>of(
            Map.of("custom", "https://you:hush@host.example"),
            Map.of("other", "https://me:hush@host.example"),
            Map.of(USER_NAME, " "))) {
      assertThatThrownBy(() -> plan(find(10), wanted(null, null, fault)))
          .isInstanceOf(ProvisioningException.class)
          .hasMessageNotContaining("hush");
    }
  }

  @Test
  void a_change_costs_one_update_and_its_event_with_its_deliveries() {
    Instance read = stored(10, null);
    node.lifecycle.change(plan(read, wanted("Before", null, Map.of())), null).join();
    Instance now = find(10);
    node.database.statements().clear();

    node.lifecycle.change(plan(now, wanted("After", null, Map.of("custom", "x"))), null).join();

    assertThat(node.database.statements())
        .extracting(sql -> String.join(" ", List.of(sql.split("\\s+")).subList(0, 3)))
        .containsExactly("update instance set", "insert into event", "insert into delivery");
  }

  private Instance stored(long id, @Nullable String requestKey) {
    Map<String, @Nullable String> configuration = new LinkedHashMap<>();
    configuration.put(USER_NAME, "api@acme.example");
    configuration.put(PASSWORD, "hush-hush");
    configuration.put("finance.autotask.server.url", "https://ww3.autotask.net");
    configuration.put("custom", null);
    Instance instance =
        new Instance(
            id,
            ACCOUNT,
            requestKey,
            "autotaskfinance",
            "Acme",
            "token-" + id,
            List.of("ops"),
            configuration,
            "none",
            true,
            false,
            false,
            said(TENANT, CREATED),
            CREATED,
            CREATED,
            1);
    Insertion insertion =
        database.database().transaction(connection -> node.instances.insert(connection, instance));
    assertThat(insertion).isEqualTo(Insertion.INSERTED);
    return find(id);
  }

  private Instance find(long id) {
    return database
        .database()
        .transaction(connection -> node.instances.find(connection, ACCOUNT, id))
        .orElseThrow();
  }

  private PlannedChange plan(Instance instance, ProvisioningRequest wanted) {
    return node.planning.plan(instance, new InstanceChange(wanted, false));
  }

  private static ProvisioningRequest wanted(
      @Nullable String name,
      @Nullable List<String> tags,
      Map<String, @Nullable String> configuration) {
    return new ProvisioningRequest(
        ACCOUNT,
        null,
        "autotaskfinance",
        name,
        tags,
        configuration,
        ProvisioningRequest.NO_EXTERNAL_AUTHENTICATION,
        null);
  }

  private TenantDetails said(long databaseId) {
    return said(databaseId, clock.instant());
  }

  private static TenantDetails said(long databaseId, Instant verifiedAt) {
    return new TenantDetails(
        "America East",
        "https://webservices3.autotask.net/ATServicesRest/",
        null,
        databaseId,
        10_000,
        60,
        null,
        null,
        null,
        verifiedAt);
  }

  private static JournalRecord record(String requestId) {
    return record(requestId, "hush-hush");
  }

  private static JournalRecord record(String requestId, String password) {
    ProvisioningRequest request =
        new ProvisioningRequest(
            ACCOUNT,
            requestId,
            "autotaskfinance",
            "Acme",
            null,
            Map.of(
                USER_NAME,
                "api@acme.example",
                PASSWORD,
                password,
                "finance.autotask.server.url",
                "https://ww3.autotask.net"),
            ProvisioningRequest.NO_EXTERNAL_AUTHENTICATION,
            null);
    return new JournalRecord(ACCOUNT, Door.QUEUE, null, 1L, "message", null, request, null, null);
  }

  private long events(String type) {
    return database.number("select count(*) from event where type = '" + type + "'");
  }
}
