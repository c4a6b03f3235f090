package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.JournalFixture.ACCOUNT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.journal.Batches.NewBatch;
import io.autotaskprovisioner.storage.StorageException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

abstract class BatchesSuite extends JournalSuite {

  BatchesSuite(boolean postgres) {
    super(postgres);
  }

  @Test
  void a_file_whose_reading_was_cut_off_goes_on_in_the_same_batch() {
    Batch batch = fixture.open("a.csv");

    assertThat(fixture.open("a.csv")).isEqualTo(batch);
    assertThat(batch.status()).isEqualTo(BatchStatus.READING);
  }

  @Test
  void the_same_content_again_is_a_batch_of_its_own_with_its_own_result_name() {
    Batch first = fixture.open("a.csv");
    fixture.end(first, null);

    Batch second = fixture.open("a.csv");

    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(second.resultName()).isEqualTo("a.csv-" + second.id());
  }

  @Test
  void a_file_that_bears_the_second_result_name_of_another_keeps_it_from_nothing() {
    Batch first = fixture.open("a.csv");
    fixture.end(first, null);
    long next = fixture.open("b.csv").id() + 2;
    fixture.open("a.csv-" + next);

    Batch second = fixture.open("a.csv");

    assertThat(second.id()).isEqualTo(next);
    assertThat(second.resultName()).isEqualTo("a.csv-%1$d-%1$d".formatted(next));
  }

  @Test
  void a_batch_and_what_is_noted_of_its_beginning_are_there_together_or_not_at_all() {
    long id = fixture.batches.nextId();

    assertThatThrownBy(
            () ->
                fixture.batches.begin(
                    id,
                    new NewBatch(
                        ACCOUNT,
                        Door.UPLOAD,
                        "a.csv",
                        "a",
                        "checksum",
                        1,
                        "CSV",
                        "uploads",
                        "results"),
                    (connection, batch) -> {
                      assertThat(batch.id()).isEqualTo(id);
                      throw new SQLException("no longer mine", "P0001");
                    },
                    fixture.leaseOf("a.csv")))
        .isInstanceOf(StorageException.class);
    assertThat(fixture.batches.find(id)).isEmpty();
  }

  @Test
  void a_batch_finishes_once_when_all_is_read_and_nothing_waits() {
    Batch batch = fixture.open("a.csv");
    fixture.acceptAll(JournalFixture.rows(batch, 1), 1);
    fixture.succeed(fixture.claim(1).get(0), 7);
    assertThat(fixture.batches.finishDone()).isEmpty();

    fixture.batches.columns(batch.id(), "[\"name\"]");
    fixture.end(batch, "Cut off in line 3");
    List<Batch> finished = fixture.batches.finishDone();

    assertThat(finished).extracting(Batch::id).containsExactly(batch.id());
    assertThat(finished.get(0).status()).isEqualTo(BatchStatus.FINISHED);
    assertThat(finished.get(0).errorMessage()).isEqualTo("Cut off in line 3");
    assertThat(finished.get(0).columnsJson()).isEqualTo("[\"name\"]");
    assertThat(finished.get(0).finishedAt()).isEqualTo(fixture.clock.instant());
    assertThat(fixture.batches.finishDone()).isEmpty();
  }

  @Test
  void lists_go_on_behind_an_id_and_show_only_the_account_asked_for() {
    Batch first = fixture.open("a.csv");
    Batch second = fixture.open("b.csv");
    fixture.end(second, null);

    assertThat(fixture.batches.list(ACCOUNT, null, first.id(), 10))
        .extracting(Batch::id)
        .containsExactly(second.id());
    assertThat(fixture.batches.list(null, BatchStatus.READING, 0, 10))
        .extracting(Batch::id)
        .containsExactly(first.id());
    assertThat(fixture.batches.list(JournalFixture.OTHER_ACCOUNT, null, 0, 10)).isEmpty();
  }
}
