package io.autotaskprovisioner.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.storage.PagedQuery.Part;
import io.autotaskprovisioner.storage.PagedQuery.Search;
import io.autotaskprovisioner.support.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a page of the journal costs on H2, which sorts whole backlogs if it is not led. */
class JournalPagesTest {

  private static TestDatabase database;
  private static JournalFixture journal;
  private static Batch batch;

  @BeforeAll
  static void fill() {
    database = TestDatabase.h2();
    journal = new JournalFixture(database.database(), database.keyRing());
    batch = journal.open("pages.csv");
    journal.acceptAll(JournalFixture.rows(batch, 2_000), 500);
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

  private static String plan(JournalFilter filter) {
    Search search = JournalQueries.search(filter);
    Part part = search.parts().get(0);
    return database
        .database()
        .transaction(
            connection -> {
              try (var explain =
                  connection.prepareStatement(
                      "explain "
                          + new JournalQueries(null).entries().sql(part, search.further()))) {
                explain.setLong(1, 0);
                explain.setInt(part.condition().and(search.further()).bind(explain, 2), 500);
                try (var row = explain.executeQuery()) {
                  row.next();
                  return row.getString(1).toUpperCase(java.util.Locale.ROOT);
                }
              }
            });
  }
}
