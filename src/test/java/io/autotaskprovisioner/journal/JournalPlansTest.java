package io.autotaskprovisioner.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.storage.PagedQuery.Part;
import io.autotaskprovisioner.storage.PagedQuery.Search;
import io.autotaskprovisioner.support.H2Plan;
import io.autotaskprovisioner.support.TestDatabase;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the journal costs on H2, which sorts and reads whole backlogs if it is not led. */
class JournalPlansTest {

  private static TestDatabase database;
  private static JournalFixture journal;
  private static Batch batch;

  @BeforeAll
  static void fill() {
    database = TestDatabase.h2();
    journal = new JournalFixture(database.database(), database.keyRing());
    batch = journal.open("pages.csv");
    journal.acceptAll(JournalFixture.rows(batch, 2_000), 500);
    journal.acceptAll(messages(2_000), 500);
    // Most of them are at their end, and have had their reply.
    database.execute(
        "update provisioning_request set status = 'SUCCEEDED' where door = 'QUEUE'",
        "update queue_reply set due_at = current_timestamp where mod(request_id, 100) = 0");
    database.execute("analyze");
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void pages_of_a_batch_or_an_account_in_one_status_are_read_from_an_index_without_sorting() {
    assertThat(plan(JournalFilter.ofBatch(batch.id(), RequestStatus.WAITING)))
        .contains("PROVISIONING_REQUEST_BY_BATCH", "INDEX SORTED");
    assertThat(
            plan(
                new JournalFilter(JournalFixture.ACCOUNT, null, null, RequestStatus.WAITING, null)))
        .contains("PROVISIONING_REQUEST_BY_ACCOUNT", "INDEX SORTED");
    assertThat(plan(new JournalFilter(null, null, null, RequestStatus.WAITING, null)))
        .contains("PROVISIONING_REQUEST_BY_STATUS", "INDEX SORTED");
  }

  @Test
  void pages_come_in_the_order_of_ids_and_leave_nothing_out() {
    List<Long> ids = new ArrayList<>();
    journal.journal.forEach(
        JournalFilter.ofBatch(batch.id(), RequestStatus.WAITING), entry -> ids.add(entry.id()));

    assertThat(ids).hasSize(2_000).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void keys_are_looked_up_one_by_one_not_all_of_an_account() {
    assertThat(readFor(RequestAcceptance.HOLDERS, "one", "another", "a third")).isBetween(1, 10);
    assertThat(readFor(EarlierRequests.BY_REQUEST_ID, "one", "order-7", "order-8"))
        .isBetween(1, 10);
    assertThat(readFor(RequestReplies.TAKEN, "one", "another", "a third")).isBetween(1, 10);
    assertThat(readFor(EarlierRequests.BY_JOURNAL_ID, 5L, 6L, 7L)).isBetween(1, 10);
  }

  @Test
  void replies_are_looked_for_among_those_that_are_due() {
    long due = database.number("select count(*) from queue_reply where due_at is not null");

    assertThat(due).isBetween(10L, 200L);
    assertThat(H2Plan.rowsRead(database, JdbcReplies.CANDIDATES, OffsetDateTime.now(), 10))
        .isBetween(10, 500);
    assertThat((long) H2Plan.rowsRead(database, JdbcReplies.WAITING)).isBetween(due, due + 5);
  }

  private static List<JournalRecord> messages(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new JournalRecord(
                    JournalFixture.ACCOUNT,
                    Door.QUEUE,
                    null,
                    1L,
                    "message-" + i,
                    "message-" + i + ":0",
                    JournalFixture.request(
                        JournalFixture.ACCOUNT, "order-" + i, "queue-user-" + i, "secret-" + i),
                    null,
                    null,
                    new ReplyAddress("back.office", false, null)))
        .toList();
  }

  private static int readFor(String sql, Object... keys) {
    return H2Plan.rowsRead(database, sql, JournalFixture.ACCOUNT, keys);
  }

  private static String plan(JournalFilter filter) {
    Search search = JournalQueries.search(filter);
    Part part = search.parts().get(0);
    List<Object> values = new ArrayList<>();
    values.add(0L);
    values.addAll(part.condition().and(search.further()).values());
    values.add(500);
    return H2Plan.of(
        database, new JournalQueries(null).entries().sql(part, search.further()), values.toArray());
  }
}
