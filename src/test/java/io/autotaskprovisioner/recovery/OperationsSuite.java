package io.autotaskprovisioner.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.delivery.DeliveryBeans;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.journal.JournalBeans;
import io.autotaskprovisioner.journal.JournalEntry;
import io.autotaskprovisioner.journal.RequestStatus;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.PagedQuery;
import io.autotaskprovisioner.storage.SqlWork;
import io.autotaskprovisioner.storage.StorageException;
import io.autotaskprovisioner.support.ForwardingDatabase;
import io.autotaskprovisioner.support.MutableClock;
import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Bulk operations on real rows of a real database, by one node and by two. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OperationsSuite {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** As the product has it. */
  private static final int WINDOW = 20_000;

  private static final long ADMIN = 1;
  private static final long MEMBER = 2;

  private final MutableClock clock = MutableClock.standing();
  private TestDatabase database;
  private CamelContext context;
  private Operations operations;
  private Journal journal;

  abstract TestDatabase open();

  @BeforeAll
  void openDatabase() {
    database = open();
    context = node(database.database());
    operations = context.getRegistry().findSingleByType(Operations.class);
    journal = context.getRegistry().findSingleByType(Journal.class);
  }

  @AfterAll
  void closeDatabase() {
    database.close();
  }

  @BeforeEach
  void empty() {
    database.clear();
    database.execute(account(ADMIN), account(MEMBER));
  }

  @Test
  void what_failed_waits_again_once_and_what_fails_anew_meanwhile_is_left_alone() {
    failed(1, 1200, ADMIN);
    Operation begun = begin(OperationKind.RETRY_REQUESTS, Map.of(), null);
    // Both are newer than the operation, or behind its position.
    failed(5000, 1, ADMIN);

    Operation ended = operations.workOn(begun.id(), PATIENCE);

    assertThat(ended.status()).isEqualTo(OperationStatus.FINISHED);
    assertThat(List.of(ended.matched(), ended.done(), ended.skipped()))
        .containsExactly(1200L, 1200L, 0L);
    assertThat(ids(RequestStatus.WAITING)).hasSize(1200);
    assertThat(ids(RequestStatus.FAILED)).containsExactly(5000L);
  }

  @Test
  void a_node_that_dies_in_the_middle_of_a_piece_has_done_nothing_and_another_finishes() {
    failed(1, 1300, ADMIN);
    Operation begun = begin(OperationKind.RETRY_REQUESTS, Map.of(), null);
    DyingDatabase dying = new DyingDatabase(database.database(), 2);
    Operations dead = node(dying).getRegistry().findSingleByType(Operations.class);

    assertThatThrownBy(() -> dead.workOn(begun.id(), PATIENCE))
        .isInstanceOf(StorageException.class);
    Operation between = operations.find(begun.id()).orElseThrow();
    assertThat(between.done()).isEqualTo(Operations.PIECE);
    assertThat(ids(RequestStatus.WAITING)).hasSize(Operations.PIECE);
    Operation ended = operations.workOn(begun.id(), PATIENCE);

    assertThat(ended.status()).isEqualTo(OperationStatus.FINISHED);
    assertThat(List.of(ended.matched(), ended.done())).containsExactly(1300L, 1300L);
    assertThat(ids(RequestStatus.WAITING)).hasSize(1300);
  }

  @Test
  void two_nodes_share_one_operation_and_do_each_row_once() {
    failed(1, 3000, ADMIN);
    Operation begun = begin(OperationKind.DISCARD_REQUESTS, Map.of("text", "NAME OF"), null);
    Operations other = node(database.database()).getRegistry().findSingleByType(Operations.class);

    CompletableFuture<Operation> first =
        CompletableFuture.supplyAsync(() -> operations.workOn(begun.id(), PATIENCE));
    Operation second = other.workOn(begun.id(), PATIENCE);

    assertThat(first.join().status()).isEqualTo(OperationStatus.FINISHED);
    assertThat(second.status()).isEqualTo(OperationStatus.FINISHED);
    assertThat(List.of(second.matched(), second.done())).containsExactly(3000L, 3000L);
    assertThat(ids(RequestStatus.DISCARDED)).hasSize(3000);
  }

  @Test
  void with_a_rate_only_the_next_seconds_become_due_and_a_cancelled_rest_stays_failed() {
    failed(1, 300, ADMIN);
    Operation begun =
        operations.begin(OperationKind.RETRY_REQUESTS, FilterWords.of(Map.of()), null, ADMIN, 10);

    Operation paced = operations.workOn(begun.id(), PATIENCE);

    assertThat(paced.status()).isEqualTo(OperationStatus.RUNNING);
    assertThat(paced.done()).isEqualTo(50);
    List<Instant> due =
        entries(RequestStatus.WAITING).stream().map(JournalEntry::nextAttemptAt).sorted().toList();
    assertThat(due.get(0)).isEqualTo(clock.instant());
    assertThat(Duration.between(due.get(0), due.get(49))).isEqualTo(Duration.ofMillis(4900));

    clock.advance(Duration.ofSeconds(10));
    assertThat(operations.workOn(begun.id(), PATIENCE).done()).isEqualTo(100);
    assertThat(operations.cancel(begun.id())).isTrue();
    assertThat(operations.cancel(begun.id())).isFalse();
    clock.advance(Duration.ofMinutes(10));
    operations.workDue();

    Operation cancelled = operations.find(begun.id()).orElseThrow();
    assertThat(cancelled.status()).isEqualTo(OperationStatus.CANCELLED);
    assertThat(cancelled.done()).isEqualTo(100);
    assertThat(ids(RequestStatus.FAILED)).hasSize(200);
  }

  @Test
  void an_operation_goes_on_after_a_restart_by_itself() {
    failed(1, 700, ADMIN);
    Operation begun = begin(OperationKind.RETRY_REQUESTS, Map.of(), null);

    database.restart();
    context = node(database.database());
    operations = context.getRegistry().findSingleByType(Operations.class);
    journal = context.getRegistry().findSingleByType(Journal.class);
    operations.workDue();

    assertThat(operations.find(begun.id()).orElseThrow().status())
        .isEqualTo(OperationStatus.FINISHED);
    assertThat(ids(RequestStatus.WAITING)).hasSize(700);
  }

  @Test
  void filters_choose_the_same_rows_in_lists_counts_and_operations() {
    failed(1, 20, ADMIN);
    failed(101, 20, MEMBER);
    database.execute(
        "update provisioning_request set failure_class = 'TIMEOUT', user_name = 'Ann@Example.com' where id = 5",
        "update provisioning_request set request_id = 'order-7', element_key = 'autotaskfinance' where id = 6",
        "update provisioning_request set door = 'QUEUE', created_at = timestamp with time zone '2020-01-01 00:00:00+00' where id = 107");

    expect(Map.of("failureClass", "timeout"), null, 5);
    expect(Map.of("text", "ann@EXAMPLE"), null, 5);
    expect(Map.of("requestId", "order-7"), null, 6);
    expect(Map.of("requestId", "r-8"), null, 8);
    expect(Map.of("requestId", "r-8"), MEMBER);
    expect(Map.of("element", "autotaskfinance"), ADMIN, 6);
    expect(Map.of("door", "queue"), null, 107);
    expect(Map.of("to", "2020-01-02"), null, 107);
    expect(Map.of("from", "2019-01-01", "to", "2020-01-01T00:00:00Z"), null);
    expect(Map.of("to", "2020-01-02"), ADMIN);

    Operation ended =
        operations.workOn(begin(OperationKind.RETRY_REQUESTS, Map.of(), MEMBER).id(), PATIENCE);
    assertThat(ended.done()).isEqualTo(20);
    assertThat(entries(RequestStatus.WAITING)).allMatch(entry -> entry.accountId() == MEMBER);
    for (Map<String, String> nonsense :
        List.of(
            Map.of("status", "WAITING"),
            Map.of("element", "nonsense"),
            Map.of("from", "yesterday"),
            Map.of("batch", "x"),
            Map.of("suspendedCode", "'"))) {
      assertThatThrownBy(() -> begin(OperationKind.RETRY_REQUESTS, nonsense, null))
          .isInstanceOf(InvalidFilterException.class)
          .hasMessageStartingWith(nonsense.keySet().iterator().next() + " must be");
    }
  }

  @Test
  void what_cannot_run_again_is_skipped() {
    failed(1, 3, ADMIN);
    database.execute(
        "update provisioning_request set sealed_payload = null where id = 2",
        "update provisioning_request set status = 'SUCCEEDED', active_key = 'key-3', idempotency_key = 'key-3' where id = 3",
        "update provisioning_request set idempotency_key = 'key-3' where id = 1");

    Operation ended =
        operations.workOn(begin(OperationKind.RETRY_REQUESTS, Map.of(), null).id(), PATIENCE);

    assertThat(List.of(ended.matched(), ended.done(), ended.skipped())).containsExactly(2L, 0L, 2L);
  }

  @Test
  void a_sparse_filter_over_a_long_table_costs_a_window_at_a_time() {
    int rows = 2 * WINDOW + 10;
    failed(1, rows, ADMIN);
    database.execute(
        "update provisioning_request set user_name = 'needle' where id in (7, %d)".formatted(rows));
    JournalFilter filter =
        new JournalFilter(
            ADMIN, null, null, null, null, null, null, "needle", null, null, null, null);

    PagedQuery.Slice<JournalEntry> hasty = journal.slice(filter, 0, 10, Duration.ZERO);
    assertThat(hasty.rows()).extracting(JournalEntry::id).containsExactly(7L);
    assertThat(hasty.next()).hasValue(WINDOW);
    PagedQuery.Slice<JournalEntry> patient =
        journal.slice(filter, hasty.next().getAsLong(), 10, PATIENCE);
    assertThat(patient.rows()).extracting(JournalEntry::id).containsExactly((long) rows);
    assertThat(patient.next()).isEmpty();
    assertThat(journal.count(filter, 100)).isEqualTo(2);
  }

  @Test
  void exhausted_deliveries_are_sent_again_and_waiting_ones_given_up() {
    database.execute(
        "insert into event (id, type, account_id, instance_id, occurred_at, data_json) values (1, 'x', 1, 1, current_timestamp, '{}')");
    for (int i = 1; i <= 4; i++) {
      database.execute(
          """
          insert into delivery (id, event_id, account_id, instance_id, destination, status,
            next_attempt_at, last_status_code, last_error, created_at)
          values (%d, 1, %d, 1, 'd%d', '%s', current_timestamp, 500, 'It is Broken', current_timestamp)
          """
              .formatted(i, i == 4 ? MEMBER : ADMIN, i, i == 1 ? "PENDING" : "EXHAUSTED"));
    }

    assertThat(
            operations.count(
                OperationKind.REDELIVER, FilterWords.of(Map.of("error", "broken")), null, 100))
        .isEqualTo(3);
    assertThat(done(OperationKind.REDELIVER, Map.of("lastStatusCode", "500"), ADMIN)).isEqualTo(2);
    assertThat(done(OperationKind.DISCARD_DELIVERIES, Map.of("error", "BROKEN"), null))
        .isEqualTo(1);
    assertThat(done(OperationKind.DISCARD_DELIVERIES, Map.of("status", "exhausted"), null))
        .isEqualTo(1);
    assertThat(database.number("select count(*) from delivery where status = 'PENDING'"))
        .isEqualTo(2);
  }

  @Test
  void refused_replies_are_sent_again_and_given_up() {
    failed(1, 3, ADMIN);
    database.execute(
        "insert into queue_reply (request_id, account_id, refused, refused_at, attempts, last_error) values (1, 1, true, current_timestamp, 100, 'No such queue')",
        "insert into queue_reply (request_id, account_id, refused, refused_at, attempts, last_error) values (2, 1, true, current_timestamp, 100, 'Full')",
        "insert into queue_reply (request_id, account_id, due_at) values (3, 1, current_timestamp)");

    assertThat(done(OperationKind.RETRY_REPLIES, Map.of("error", "no such"), null)).isEqualTo(1);
    assertThat(done(OperationKind.DISCARD_REPLIES, Map.of(), null)).isEqualTo(1);
    assertThat(database.number("select count(*) from queue_reply where refused")).isZero();
    assertThat(
            database.number(
                "select count(*) from queue_reply where due_at is not null and attempts = 0"))
        .isEqualTo(2);
  }

  private long done(OperationKind kind, Map<String, String> words, Long account) {
    return operations.workOn(begin(kind, words, account).id(), PATIENCE).done();
  }

  private Operation begin(OperationKind kind, Map<String, String> words, Long account) {
    return operations.begin(kind, FilterWords.of(words), account, ADMIN, null);
  }

  private void expect(Map<String, String> words, Long account, Integer... ids) {
    FilterWords filter = FilterWords.of(words);
    Filters filters = context.getRegistry().findSingleByType(Filters.class);
    List<Long> expected = List.of(ids).stream().map(Integer::longValue).toList();
    assertThat(journal.list(filters.requests(filter, account), 0, 100))
        .as(words.toString())
        .extracting(JournalEntry::id)
        .isEqualTo(expected);
    assertThat(operations.count(OperationKind.RETRY_REQUESTS, filter, account, 100))
        .isEqualTo(expected.size());
  }

  private List<Long> ids(RequestStatus status) {
    return entries(status).stream().map(JournalEntry::id).toList();
  }

  private List<JournalEntry> entries(RequestStatus status) {
    return journal.list(new JournalFilter(null, null, null, status, null), 0, 10_000);
  }

  /** Failed requests with rising ids. */
  private void failed(int firstId, int count, long account) {
    String numbers =
        database.settings().url().startsWith("jdbc:h2:")
            ? "system_range(%d, %d) as numbers(x)".formatted(firstId, firstId + count - 1)
            : "generate_series(%d, %d) as numbers(x)".formatted(firstId, firstId + count - 1);
    database.execute(
        """
        insert into provisioning_request (id, account_id, door, lane, source_reference,
          idempotency_key, sealed_payload, name, status, next_attempt_at, attempts, failure_class,
          failure_message, created_at, finished_at)
        select x, %d, 'UPLOAD', -1, 'file.csv', 'key-of-' || x, cast('\\000' as bytea),
          'Name of ' || x, 'FAILED', current_timestamp, 3, 'NOT_PERMITTED', 'Why', current_timestamp, current_timestamp
        from %s
        """
            .formatted(account, numbers));
  }

  private static String account(long id) {
    return """
    insert into account (id, email, first_name, last_name, role, user_secret_hash,
      organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
    values (%1$d, 'a%1$d@example.com', 'A', 'B', 'admin', cast('h%1$d' as bytea), cast('h' as bytea), cast('h' as bytea),
      cast('h' as bytea), current_timestamp)
    """
        .formatted(id);
  }

  /** What one process has, on the database. */
  private CamelContext node(Database on) {
    CamelContext node = new DefaultCamelContext();
    node.getRegistry().bind("database", on);
    node.getRegistry().bind("clock", clock);
    node.getRegistry().bind("meterRegistry", new SimpleMeterRegistry());
    node.getRegistry().bind("keyRing", database.keyRing());
    node.getRegistry().bind("elementCatalogue", new ElementCatalogue(new ObjectMapper()));
    JournalBeans.bindTables(node);
    node.getRegistry().bind("deliveries", DeliveryBeans.deliveriesAlone(node));
    RecoveryBeans.bind(node);
    return node;
  }

  /** A database whose process dies before the commit of a transaction that changed rows. */
  private static final class DyingDatabase extends ForwardingDatabase {

    private final int dies;
    private final AtomicInteger transactions = new AtomicInteger();

    DyingDatabase(Database database, int dies) {
      super(database);
      this.dies = dies;
    }

    @Override
    public <T> T transaction(SqlWork<T> work) {
      return super.transaction(
          connection -> {
            T result = work.run(connection);
            if (transactions.incrementAndGet() >= dies) {
              throw new SQLException("The process died here", "08006");
            }
            return result;
          });
    }
  }
}
