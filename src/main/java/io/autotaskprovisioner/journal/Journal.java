package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.storage.BulkPiece;
import io.autotaskprovisioner.storage.PagedQuery.Slice;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The durable queue of provisioning requests. Thread-safe; several processes may share it through
 * one database.
 */
public interface Journal {

  /** How many of the records of one {@link #accept} ended how. */
  record Acceptance(int waiting, int duplicate, int failed) {}

  /**
   * Puts the records into the journal in one transaction, resolves masked secrets from the request
   * they correct, and recognises repeats. A record that cannot be read becomes a failed row.
   * Nothing is lost once the answer is complete; doors acknowledge after that.
   *
   * <p>Records of a batch must arrive in order: the batch's {@code recordsRead} becomes the last
   * record number, and records at or below it are passed over, so that a repeat is harmless.
   *
   * <p>Seals the records on the calling thread and may ask the database for ids there, so it must
   * not be called on an event loop. Every failure is told by the future.
   */
  CompletableFuture<Acceptance> accept(List<JournalRecord> records);

  /**
   * Takes due requests for this process. Turns go round over batches and doors, so that a message
   * never waits behind a large file.
   *
   * @return at most {@code limit}; empty when nothing is due
   */
  List<ClaimedRequest> claim(int limit, Duration lease);

  /** Extends the leases of claims that are still being worked on. */
  void renew(List<ClaimedRequest> claims, Duration lease);

  /**
   * Marks requests succeeded, inside the transaction that stores their instances.
   *
   * @return those whose lease is lost, by their position: the caller must store nothing for them
   */
  BitSet succeed(Connection connection, List<Success> successes) throws SQLException;

  /**
   * The same of one.
   *
   * @return false if the lease is lost: the caller must then store nothing
   */
  default boolean succeed(Connection connection, ClaimedRequest claim, long instanceId)
      throws SQLException {
    return succeed(connection, List.of(new Success(claim, instanceId))).isEmpty();
  }

  /**
   * Ends the attempt with a failure: tried again later while its class is retryable and its time is
   * not up, else failed for good. Does nothing where the lease is lost.
   *
   * @param countAttempt false where nothing was tried, so that the attempt costs nothing
   */
  default CompletableFuture<Void> fail(
      ClaimedRequest claim, Failure failure, boolean countAttempt) {
    return fail(claim, failure, countAttempt, null);
  }

  /**
   * The same for a login that was rejected under an integration code that nothing was accepted with
   * yet.
   *
   * @param suspect keyed hash of that code, for {@link #takeBack}, or of the suspended code that
   *     the request waits for; null where no code is to blame
   */
  CompletableFuture<Void> fail(
      ClaimedRequest claim, Failure failure, boolean countAttempt, byte @Nullable [] suspect);

  /** Marks the request a duplicate of the instance that already bears its key. */
  CompletableFuture<Void> duplicate(ClaimedRequest claim, long existingInstanceId);

  /**
   * Frees the key of the request that made the instance, in the transaction that removes it: the
   * same file or request id can provision anew. The request's row goes on saying what it made. May
   * run twice.
   */
  void release(Connection connection, long accountId, String key, long instanceId)
      throws SQLException;

  /** Reads the rows of the filter, newest id last, after the given id. */
  List<JournalEntry> list(JournalFilter filter, long afterId, int limit);

  /**
   * The same at a bounded cost: where the filter is sparse it may end before the limit is reached,
   * and says where to go on.
   *
   * @param patience when no further rows are looked at
   */
  Slice<JournalEntry> slice(JournalFilter filter, long afterId, int limit, Duration patience);

  /** How many rows match the filter, counted up to the limit. */
  long count(JournalFilter filter, long limit);

  /** The newest row's id; 0 where there is none. */
  long lastId(Connection connection) throws SQLException;

  /** Passes every row of the filter to the consumer in order, in constant memory. */
  void forEach(JournalFilter filter, Consumer<JournalEntry> consumer);

  /**
   * @param accountId whose it must be; null only where an operator asks
   */
  Optional<JournalEntry> find(@Nullable Long accountId, long id);

  /**
   * Makes failed requests wait again, with their attempts reset.
   *
   * @return how many; a request stays failed where its key, or its request id, has meanwhile been
   *     used by another that waits, runs or succeeded, or where its sealed payload is gone
   */
  int retry(JournalFilter filter);

  /**
   * Gives up a waiting or failed request and wipes its sealed payload.
   *
   * @param accountId whose it must be; null only where an operator asks
   * @return false where there is none of that id in one of the two states
   */
  boolean discard(@Nullable Long accountId, long id);

  /**
   * {@link #retry} for one bounded piece, newest first, on the caller's connection. Call {@link
   * #wake} after the commit.
   *
   * @param filter its status does not matter: those that failed
   * @param belowId where the piece begins; {@link Long#MAX_VALUE} for the first
   * @param limit rows that are looked at, at most
   * @param due when the first, the second, … that waits again is due, counted from 0
   */
  BulkPiece retryPiece(
      Connection connection,
      JournalFilter filter,
      long belowId,
      int limit,
      IntFunction<Instant> due)
      throws SQLException;

  /**
   * {@link #discard} for one bounded piece, newest first, on the caller's connection.
   *
   * @param filter whose status is {@code WAITING} or {@code FAILED}
   */
  BulkPiece discardPiece(Connection connection, JournalFilter filter, long belowId, int limit)
      throws SQLException;

  /** Tells the listeners of {@link #onDue} that something may be due. */
  void wake();

  /**
   * Makes requests wait again that failed under an integration code which has become the suspect.
   * As with {@link #retry} some may stay failed.
   *
   * @param suspect as given to {@link #fail}
   * @param since of those that failed then or later
   * @param reason why they wait now, and how long at least
   * @return how many
   */
  int takeBack(byte[] suspect, Instant since, Failure reason);

  /**
   * Makes due at once what waits after a failure of the class, as its cause is gone: without it
   * each would sit out its pause.
   *
   * @return how many
   */
  int hurry(FailureClass failureClass);

  /**
   * Calls the listener whenever requests have become due in this process, after the commit. The
   * listener must return at once and must not throw.
   */
  void onDue(Runnable listener);

  /** What is waiting, and since when: for metrics. */
  Depth depth();

  /**
   * @param waiting due or not yet due
   * @param oldestDueSeconds age of the oldest request that is due and not claimed; 0 where none is
   */
  record Depth(long waiting, long running, long failed, long oldestDueSeconds) {}

  /**
   * Which rows; a null component does not restrict.
   *
   * @param accountId null only where an operator asks
   * @param element its key as the catalogue has it
   * @param text a part of name or user name, in any case
   * @param requestId the caller's own, or a generated one
   * @param from taken then or later
   * @param to taken before
   * @param suspendedCode keyed hash, in hex, of the integration code that the row waits for, or was
   *     rejected under
   */
  record JournalFilter(
      @Nullable Long accountId,
      @Nullable Long batchId,
      @Nullable Long id,
      @Nullable RequestStatus status,
      @Nullable FailureClass failureClass,
      @Nullable Door door,
      @Nullable String element,
      @Nullable String text,
      @Nullable String requestId,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String suspendedCode) {

    public JournalFilter(
        @Nullable Long accountId,
        @Nullable Long batchId,
        @Nullable Long id,
        @Nullable RequestStatus status,
        @Nullable FailureClass failureClass) {
      this(accountId, batchId, id, status, failureClass, null, null, null, null, null, null, null);
    }

    /** Those that wait for a suspended integration code, or failed under it. */
    public static JournalFilter ofSuspendedCode(String code, RequestStatus status) {
      return new JournalFilter(
          null, null, null, status, null, null, null, null, null, null, null, code);
    }

    public JournalFilter withStatus(@Nullable RequestStatus other) {
      return new JournalFilter(
          accountId,
          batchId,
          id,
          other,
          failureClass,
          door,
          element,
          text,
          requestId,
          from,
          to,
          suspendedCode);
    }

    /** The rows of one batch in the given status. */
    public static JournalFilter ofBatch(long batchId, @Nullable RequestStatus status) {
      return new JournalFilter(null, batchId, null, status, null);
    }
  }
}
