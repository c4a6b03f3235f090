package io.autotaskprovisioner.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.storage.SqlWork;
import io.autotaskprovisioner.support.ForwardingDatabase;
import io.autotaskprovisioner.support.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often it is looked where something is due, beside a database that is as slow as is told. */
class DueLanesTest {

  private static final Instant LATER = Instant.now().plus(Duration.ofDays(1));

  private static final AtomicInteger NAMES = new AtomicInteger();

  private static TestDatabase database;
  private static JournalFixture journal;

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final AtomicInteger looks = new AtomicInteger();
  private Duration lookTakes = Duration.ZERO;
  private final DueLanes lanes =
      new DueLanes(
          new ForwardingDatabase(database.database()) {
            @Override
            public <T> T query(SqlWork<T> work) {
              looks.incrementAndGet();
              nanos.addAndGet(lookTakes.toNanos());
              return super.query(work);
            }
          },
          nanos::get);

  @BeforeAll
  static void open() {
    database = TestDatabase.h2();
    journal = new JournalFixture(database.database(), database.keyRing());
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void empty() {
    database.execute("update batch set status = 'FINISHED', waiting_count = 0");
    lookTakes = Duration.ofMillis(100);
  }

  /** Batches in each of which something is due. */
  private static List<Long> due(int count) {
    List<Long> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Batch batch = journal.open("batch-%d.csv".formatted(NAMES.incrementAndGet()));
      journal.acceptAll(JournalFixture.rows(batch, 1), 1);
      ids.add(batch.id());
    }
    return ids;
  }

  private void passes(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void where_few_are_due_it_looks_each_time() {
    List<Long> due = new ArrayList<>(due(DueLanes.FEW - 1));
    assertThat(lanes.at(LATER)).containsExactlyInAnyOrderElementsOf(due);

    due.addAll(due(1));
    assertThat(lanes.at(LATER)).containsExactlyInAnyOrderElementsOf(due);

    assertThat(looks).hasValue(2);
  }

  @Test
  void where_many_are_due_they_serve_for_ten_times_as_long_as_the_look_took() {
    List<Long> due = due(DueLanes.FEW + 1);

    assertThat(lanes.at(LATER)).containsExactlyInAnyOrderElementsOf(due);
    due(1);
    passes(Duration.ofMillis(999));
    assertThat(lanes.at(LATER)).containsExactlyInAnyOrderElementsOf(due);
    assertThat(looks).hasValue(1);

    passes(Duration.ofMillis(1));
    assertThat(lanes.at(LATER)).hasSize(DueLanes.FEW + 2);
    assertThat(looks).hasValue(2);
  }

  @Test
  void lanes_that_were_drained_are_left_out_until_the_next_look() {
    List<Long> due = due(DueLanes.FEW + 1);
    lanes.at(LATER);

    lanes.drained(due.subList(1, due.size()));
    assertThat(lanes.at(LATER)).containsExactly(due.get(0));
    assertThat(looks).hasValue(1);

    lanes.drained(due.subList(0, 1));
    assertThat(lanes.at(LATER)).as("looked anew").containsExactlyInAnyOrderElementsOf(due);
    assertThat(looks).hasValue(2);
  }
}
