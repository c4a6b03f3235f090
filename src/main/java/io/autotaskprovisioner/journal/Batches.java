package io.autotaskprovisioner.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The batches of the journal. Thread-safe. */
public interface Batches {

  /**
   * What is known of a file when its reading begins.
   *
   * @param folder what the file's folder says it is
   * @param resultsFolder what the folder says it is that its result files are to lie in
   */
  record NewBatch(
      long accountId,
      Door door,
      String name,
      String resultName,
      String checksum,
      long sizeBytes,
      String format,
      String folder,
      String resultsFolder) {}

  /**
   * Begins a batch, or gives back the one with the same account, door, folder, name and checksum
   * whose reading was cut off, so that it goes on, or ends where the batch was cancelled meanwhile.
   * A result name that is taken gets {@code -<batch id>}.
   *
   * @throws LeaseLostException if the file is another process's by now
   */
  Batch open(NewBatch newBatch, FileLease lease);

  /**
   * Begins, or goes on, to read the file of a batch that is there.
   *
   * @return empty where there is no such batch, or it was read or is over
   * @throws LeaseLostException if the file is another process's by now
   */
  Optional<Batch> resume(long batchId, FileLease lease);

  /** Draws the id of a batch that is to be begun. */
  long nextId();

  /** Takes part in the transaction that begins a batch; what it throws undoes the beginning. */
  @FunctionalInterface
  interface Beginning {

    /** Notes elsewhere that the batch began. May run again after a failed commit. */
    void note(Connection connection, Batch batch) throws SQLException;
  }

  /**
   * Begins a batch under an id of {@link #nextId}, whatever was read before.
   *
   * @throws LeaseLostException if the file is another process's by now
   */
  Batch begin(long id, NewBatch newBatch, Beginning beginning, FileLease lease);

  /**
   * Cancels a batch that is being read or runs: nothing of it is claimed or read any more, and what
   * waits is discarded by whichever process comes to it first, soon.
   *
   * @return false if it was over already
   */
  boolean cancel(long id);

  /**
   * Ends a reading that stands still, as its file is gone or nobody is there to go on: what was
   * read is worked on, and nothing more is read.
   *
   * @param standstill without a record for at least so long
   * @return false where it is not being read, or a record came since
   */
  boolean endReading(long id, Duration standstill);

  /** Notes the CSV header. */
  void columns(long batchId, String columnsJson);

  /**
   * Every record that can be read is in the journal: the batch runs, unless it was cancelled.
   *
   * @param errorMessage why reading stopped before the end; null when it did not
   * @throws LeaseLostException if another process reads the file by now
   */
  void readingEnded(long batchId, FileLease lease, @Nullable String errorMessage);

  /**
   * Batches of the door that are being read from the folder, oldest first; also those that a former
   * version has not noted a folder of, unless they are uploads.
   */
  List<Batch> reading(Door door, String folder, int limit);

  /**
   * Finishes running and cancelled batches in which nothing waits any more; answers those, each
   * once. A cancelled one stays {@link BatchStatus#CANCELLED}.
   */
  List<Batch> finishDone();

  Optional<Batch> find(long id);

  /**
   * How many of the batch's requests failed for good, by class; classes without any are left out.
   */
  Map<FailureClass, Long> failures(long batchId);

  /** Batches of an account, newest last, after the given id. */
  default List<Batch> list(
      @Nullable Long accountId, @Nullable BatchStatus status, long afterId, int limit) {
    return list(new BatchFilter(accountId, status, null, null, null, null), afterId, limit);
  }

  /** The batches of the filter, newest last, after the given id. */
  List<Batch> list(BatchFilter filter, long afterId, int limit);

  /** The newest batches of all accounts, newest first. */
  List<Batch> latest(int limit);
}
