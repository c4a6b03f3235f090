package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.JournalFixture.ACCOUNT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.journal.Batches.NewBatch;
import io.autotaskprovisioner.journal.ResultLeases.Taken;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes at the same files, one of which stalls or dies. */
abstract class LeasesSuite extends JournalSuite {

  private static final Duration LEASE = Duration.ofMinutes(2);

  private FileLeases one;
  private FileLeases other;
  private ResultLeases writer;
  private ResultLeases otherWriter;

  LeasesSuite(boolean postgres) {
    super(postgres);
  }

  @BeforeEach
  void startTwoNodes() {
    one = new FileLeases(fixture.database, "one", LEASE);
    other = new FileLeases(fixture.database, "other", LEASE);
    writer = new ResultLeases(fixture.database, "one", LEASE);
    otherWriter = new ResultLeases(fixture.database, "other", LEASE);
  }

  private int change(String sql) {
    return fixture.database.transaction(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
          }
        });
  }

  /** As if nothing had been renewed for longer than a lease. */
  private void timePasses() {
    change("update file_lease set lease_until = current_timestamp - interval '1' second");
    change("update result_files set lease_until = current_timestamp - interval '1' second");
  }

  private static NewBatch newBatch(String name) {
    return new NewBatch(ACCOUNT, Door.FILE, name, name, "checksum", 10, "CSV", "inbox", "results");
  }

  private void assertLost(FileLease lease, Runnable step) {
    assertThatThrownBy(step::run)
        .isInstanceOf(LeaseLostException.class)
        .hasMessageContaining(lease.name());
  }

  @Test
  void of_two_nodes_one_reads_a_file_and_no_thread_reads_it_twice() {
    FileLease lease = one.claim("inbox", "a.csv").orElseThrow();

    assertThat(other.claim("inbox", "a.csv")).isEmpty();
    assertThat(one.claim("inbox", "a.csv")).isEmpty();
    assertThat(other.claim("inbox", "b.csv")).isPresent();
    assertThat(other.claim("another folder", "a.csv")).isPresent();

    one.release(lease);
    assertThat(other.claim("inbox", "a.csv")).isPresent();
  }

  @Test
  void whoever_renews_keeps_a_file_and_whoever_stalls_loses_it() {
    FileLease lease = one.claim("inbox", "a.csv").orElseThrow();
    timePasses();
    one.renew();
    assertThat(other.claim("inbox", "a.csv")).isEmpty();
    one.require(lease);

    timePasses();
    FileLease theirs = other.claim("inbox", "a.csv").orElseThrow();

    assertThat(one.renew(lease)).isFalse();
    assertThat(one.isHeld(lease)).isFalse();
    assertLost(lease, () -> one.require(lease));
    other.require(theirs);
  }

  @Test
  void what_a_node_does_after_its_stall_changes_nothing() {
    FileLease lease = one.claim("inbox", "a.csv").orElseThrow();
    Batch batch = fixture.batches.open(newBatch("a.csv"), lease);
    timePasses();
    FileLease theirs = other.claim("inbox", "a.csv").orElseThrow();
    assertThat(fixture.batches.resume(batch.id(), theirs)).isPresent();

    assertLost(lease, () -> fixture.batches.open(newBatch("a.csv"), lease));
    assertLost(lease, () -> fixture.batches.resume(batch.id(), lease));
    assertLost(lease, () -> fixture.batches.readingEnded(batch.id(), lease, "broken"));
    long id = fixture.batches.nextId();
    assertLost(
        lease,
        () -> fixture.batches.begin(id, newBatch("c.csv"), (connection, begun) -> {}, lease));
    one.release(lease);

    assertThat(fixture.batches.find(id)).isEmpty();
    assertThat(fixture.batches.find(batch.id()).orElseThrow().status())
        .isEqualTo(BatchStatus.READING);
    other.require(theirs);
    fixture.batches.readingEnded(batch.id(), theirs, null);
    assertThat(fixture.batches.find(batch.id()).orElseThrow().errorMessage()).isNull();
  }

  @Test
  void the_next_process_of_a_node_takes_up_at_once_what_the_dead_one_had() {
    one.claim("inbox", "a.csv");
    other.claim("inbox", "b.csv");
    FileLeases next = new FileLeases(fixture.database, "one", LEASE);
    assertThat(next.claim("inbox", "a.csv")).isEmpty();

    next.forget();

    assertThat(next.claim("inbox", "a.csv")).isPresent();
    assertThat(next.claim("inbox", "b.csv")).isEmpty();
  }

  @Test
  void what_nobody_asks_for_any_more_is_forgotten() {
    one.claim("inbox", "vanished.csv");
    change("update file_lease set lease_until = current_timestamp - interval '2' day");
    other.claim("inbox", "b.csv");

    other.renew();

    assertThat(change("update file_lease set node = node")).isEqualTo(1);
  }

  @Test
  void of_two_nodes_one_writes_the_results_of_a_batch() {
    Batch batch = fixture.open("a.csv");

    assertThat(writer.take("results")).isEqualTo(new Taken(List.of(batch.id()), Set.of()));
    assertThat(otherWriter.take("results").mine()).isEmpty();
    assertThat(writer.take("results")).isEqualTo(new Taken(List.of(batch.id()), Set.of()));
    writer.require(batch.id());
    assertThatThrownBy(() -> otherWriter.require(batch.id()))
        .isInstanceOf(LeaseLostException.class);
  }

  @Test
  void results_of_a_folder_that_it_does_not_see_are_left_to_others() {
    Batch batch = fixture.open("a.csv");

    assertThat(writer.take("another folder").mine()).isEmpty();
    assertThat(otherWriter.take("results").mine()).containsExactly(batch.id());
  }

  @Test
  void who_takes_over_from_a_writer_that_stalled_is_told_so() {
    Batch batch = fixture.open("a.csv");
    writer.take("results");
    timePasses();
    writer.renew();
    assertThat(otherWriter.take("results").mine()).isEmpty();

    timePasses();
    assertThat(otherWriter.take("results"))
        .isEqualTo(new Taken(List.of(batch.id()), Set.of(batch.id())));

    assertThatThrownBy(() -> writer.require(batch.id()))
        .isInstanceOf(LeaseLostException.class)
        .hasMessageContaining("batch " + batch.id());
    writer.renew();
    assertThat(writer.take("results").mine()).isEmpty();
    otherWriter.require(batch.id());
  }

  @Test
  void a_writer_that_stops_in_order_need_not_be_waited_for() {
    Batch batch = fixture.open("a.csv");
    writer.take("results");

    writer.leave();

    assertThat(otherWriter.take("results").mine()).containsExactly(batch.id());
  }

  /** It may stop before it has kept off the one that it took over from. */
  @Test
  void who_follows_a_writer_that_took_over_is_told_so_too() {
    Batch batch = fixture.open("a.csv");
    writer.take("results");
    timePasses();
    otherWriter.take("results");
    otherWriter.leave();

    ResultLeases third = new ResultLeases(fixture.database, "third", LEASE);

    assertThat(third.take("results")).isEqualTo(new Taken(List.of(batch.id()), Set.of(batch.id())));
  }

  @Test
  void the_next_process_of_a_node_overtakes_the_writer_that_died() {
    Batch batch = fixture.open("a.csv");
    writer.take("results");
    ResultLeases next = new ResultLeases(fixture.database, "one", LEASE);

    next.forget();

    assertThat(next.take("results")).isEqualTo(new Taken(List.of(batch.id()), Set.of(batch.id())));
  }

  @Test
  void what_is_written_is_left_alone_until_the_batch_changes() {
    Batch batch = fixture.open("a.csv");
    fixture.end(batch, null);
    Batch finished = fixture.batches.finishDone().get(0);
    writer.take("results");

    writer.written(batch);
    assertThat(writer.take("results").mine()).as("it had not ended then").isNotEmpty();
    otherWriter.written(finished);
    assertThat(writer.take("results").mine()).as("not theirs to say").isNotEmpty();
    writer.written(finished);
    assertThat(writer.take("results").mine()).isEmpty();
    timePasses();
    assertThat(otherWriter.take("results").mine()).isEmpty();

    fixture.database.transaction(connection -> ResultLeases.again(connection, batch.id()));

    assertThat(otherWriter.take("results").mine()).containsExactly(batch.id());
  }
}
