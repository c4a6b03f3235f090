package io.autotaskprovisioner.journal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The batches of the journal. Thread-safe. */
public interface Batches {

  /** What is known of a file when its reading begins. */
  record NewBatch(
      long accountId,
      Door door,
      String name,
      String resultName,
      String checksum,
      long sizeBytes,
      String format) {}

  /**
   * Begins a batch, or gives back the one with the same account, door, name and checksum whose
   * reading was cut off, so that it goes on. A result name that is taken gets {@code -<batch id>}.
   */
  Batch open(NewBatch newBatch);

  /** Notes the CSV header. */
  void columns(long batchId, String columnsJson);

  /**
   * Every record that can be read is in the journal: the batch runs.
   *
   * @param errorMessage why reading stopped before the end; null when it did not
   */
  void readingEnded(long batchId, @Nullable String errorMessage);

  /** Finishes running batches in which nothing waits any more; answers those. */
  List<Batch> finishDone();

  Optional<Batch> find(long id);

  /**
   * How many of the batch's requests failed for good, by class; classes without any are left out.
   */
  Map<FailureClass, Long> failures(long batchId);

  /** Batches of an account, newest last, after the given id. */
  List<Batch> list(@Nullable Long accountId, @Nullable BatchStatus status, long afterId, int limit);

  /** The newest batches of all accounts, newest first. */
  List<Batch> latest(int limit);
}
