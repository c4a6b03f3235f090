package io.autotaskprovisioner.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.support.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What the audit table promises, on every database. */
@Timeout(30)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AuditTrailSuite {

  private static final AuditOrigin ANN = new AuditOrigin(1000L, "192.0.2.7", "a".repeat(24));

  private TestDatabase database;
  private AuditTrail trail;

  abstract TestDatabase openDatabase();

  @BeforeAll
  void open() {
    database = openDatabase();
    trail = new AuditTrail(database.database());
  }

  @BeforeEach
  void empty() {
    database.execute("delete from audit");
  }

  @AfterAll
  void close() {
    database.close();
  }

  @Test
  void a_row_is_there_before_its_act_and_gets_its_outcome_once() {
    long row = trail.begin(AuditedAct.ACCOUNT_DISABLE, ANN, "1003").join();
    AuditEntry begun = all().get(0);
    assertThat(begun.outcome()).isEqualTo(AuditOutcome.BEGUN);
    assertThat(begun.endedAt()).isNull();
    assertThat(begun.origin()).isEqualTo(ANN);
    assertThat(begun.target()).isEqualTo("1003");

    trail.end(row, new AuditEnd(AuditOutcome.REFUSED, 409, null, null)).join();
    trail.end(row, AuditEnd.done(7)).join();

    AuditEntry ended = all().get(0);
    assertThat(ended.outcome()).isEqualTo(AuditOutcome.REFUSED);
    assertThat(ended.statusCode()).isEqualTo(409);
    assertThat(ended.affected()).isNull();
    assertThat(ended.target()).isEqualTo("1003");
    assertThat(ended.occurredAt()).isEqualTo(begun.occurredAt());
    assertThat(ended.endedAt()).isAfterOrEqualTo(ended.occurredAt());
  }

  @Test
  void a_row_in_the_transaction_of_its_act_is_there_if_the_act_is() {
    assertThatThrownBy(
            () ->
                database
                    .database()
                    .transaction(
                        connection -> {
                          AuditTrail.record(
                              connection, AuditedAct.KEY_REMOVE, ANN, AuditEnd.done());
                          throw new SQLException("the act failed");
                        }))
        .isNotNull();
    assertThat(all()).isEmpty();

    database
        .database()
        .transaction(
            connection -> {
              AuditTrail.record(connection, AuditedAct.KEY_REMOVE, ANN, AuditEnd.done(3));
              return null;
            });
    assertThat(all()).hasSize(1);
    assertThat(all().get(0).affected()).isEqualTo(3);
    assertThat(all().get(0).endedAt()).isEqualTo(all().get(0).occurredAt());
  }

  @Test
  void rows_are_found_by_account_act_target_outcome_and_time_newest_first() {
    AuditOrigin root = AuditOrigin.commandLine();
    trail.record(AuditedAct.BATCH_CANCEL, ANN, AuditEnd.done()).join();
    trail.record(AuditedAct.DATABASE_OPEN, root, AuditEnd.failed()).join();
    long row = trail.begin(AuditedAct.ACCOUNT_CREATE, ANN, null).join();
    trail.end(row, new AuditEnd(AuditOutcome.DONE, 201, null, "1004")).join();

    assertThat(all())
        .extracting(AuditEntry::act)
        .containsExactly("ACCOUNT_CREATE", "DATABASE_OPEN", "BATCH_CANCEL");
    assertThat(acts(new AuditFilter(1000L, null, null, null, null, null, null)))
        .containsExactly("ACCOUNT_CREATE", "BATCH_CANCEL");
    assertThat(acts(new AuditFilter(null, AuditedAct.BATCH_CANCEL, null, null, null, null, null)))
        .containsExactly("BATCH_CANCEL");
    assertThat(acts(new AuditFilter(null, null, "account", "1004", null, null, null)))
        .containsExactly("ACCOUNT_CREATE");
    assertThat(acts(new AuditFilter(null, null, null, null, AuditOutcome.FAILED, null, null)))
        .containsExactly("DATABASE_OPEN");
    var first = all().get(2).occurredAt();
    assertThat(acts(new AuditFilter(null, null, null, null, null, null, first))).isEmpty();
    assertThat(
            acts(
                new AuditFilter(
                    null, null, null, null, null, first, first.plus(Duration.ofHours(1)))))
        .hasSize(3);
    assertThat(trail.list(AuditFilter.ALL, all().get(1).id(), 5))
        .extracting(AuditEntry::act)
        .containsExactly("BATCH_CANCEL");
  }

  @Test
  void what_no_column_takes_is_made_to_fit() {
    String hostile = "a\u0000b\n\uD800" + "x".repeat(1_000);
    trail
        .record(
            AuditedAct.BATCH_CANCEL,
            new AuditOrigin(1L, "p".repeat(300), null),
            new AuditEnd(AuditOutcome.DONE, null, null, hostile))
        .join();

    assertThat(all().get(0).target()).startsWith("a?b??x").endsWith("…").hasSize(500);
    assertThat(all().get(0).origin().place()).hasSize(200);
  }

  private List<AuditEntry> all() {
    return trail.list(AuditFilter.ALL, Long.MAX_VALUE, 100);
  }

  private List<String> acts(AuditFilter filter) {
    return trail.list(filter, Long.MAX_VALUE, 100).stream().map(AuditEntry::act).toList();
  }
}
