package io.autotaskprovisioner.recovery;

import io.autotaskprovisioner.recovery.OperationTable.Locked;
import io.autotaskprovisioner.storage.BulkPiece;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.PagedQuery.Slice;
import io.autotaskprovisioner.storage.Sequence;
import io.autotaskprovisioner.storage.StorageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bulk operations: jobs in the database that run again, or give up, all rows of a filter, each row
 * at most once. They are worked on piece by piece by whichever process comes first, and go on after
 * a restart. Thread-safe; every method waits for the database, so none may be called on an event
 * loop.
 *
 * <p>A piece changes its rows and the operation's progress in one transaction that holds the
 * operation's row. So a process that dies or stalls in the middle has done nothing, another goes on
 * from the same place at once, and two never work on one piece.
 */
public final class Operations {

  private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

  /** Our choice: less than a second of work, so that cancelling never waits long. */
  static final int PIECE = 500;

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final Duration WHOLE = Duration.ofDays(1);

  private final Database database;
  private final Clock clock;
  private final BulkWorks works;

  Operations(Database database, Clock clock, BulkWorks works) {
    this.database = database;
    this.clock = clock;
    this.works = works;
  }

  /**
   * How many rows an operation would look at now.
   *
   * @param limit what is more is not counted
   * @throws InvalidFilterException if the filter makes no sense
   */
  public long count(OperationKind kind, FilterWords filter, @Nullable Long accountId, long limit) {
    return works.of(kind, filter, accountId).count(limit);
  }

  /**
   * Begins an operation; it is durable when this returns.
   *
   * @param accountId whose rows; null for those of all accounts
   * @param requestedBy the account that asks
   * @param ratePerSecond at least 1; null: as fast as it goes
   * @throws InvalidFilterException if the filter makes no sense
   */
  public Operation begin(
      OperationKind kind,
      FilterWords filter,
      @Nullable Long accountId,
      long requestedBy,
      @Nullable Integer ratePerSecond) {
    BulkWork work = works.of(kind, filter, accountId);
    Instant now = clock.instant();
    Operation operation =
        new Operation(
            database.nextId(Sequence.OPERATION),
            kind,
            accountId,
            requestedBy,
            filter,
            ratePerSecond,
            OperationStatus.RUNNING,
            0,
            0,
            now,
            null,
            now,
            null);
    database.transaction(
        connection -> {
          OperationTable.insert(connection, operation, work.span(connection));
          return null;
        });
    LOG.info(
        "Account {} began operation {}: {} {}",
        requestedBy,
        operation.id(),
        kind,
        filter.words().keySet());
    return operation;
  }

  /**
   * Works on one operation on the calling thread until it has ended, its rate makes it wait, or the
   * patience is over; answers how it stands then.
   */
  public Operation workOn(long id, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      boolean worked = piece(id);
      if (!worked) {
        Operation operation = find(id).orElseThrow();
        boolean waits = operation.nextPieceAt().isAfter(clock.instant());
        if (operation.status() != OperationStatus.RUNNING
            || waits
            || System.nanoTime() - end >= 0) {
          return operation;
        }
        // Somebody else is at it.
        LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      } else if (System.nanoTime() - end >= 0) {
        return find(id).orElseThrow();
      }
    }
  }

  /** Works on all that is due, in turns, on the calling thread. */
  void workDue() {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (piece(null) && System.nanoTime() - end < 0) {
      // One piece after the other, whichever was due first.
    }
  }

  public Optional<Operation> find(long id) {
    return slice(id, null, null, 0, 1).rows().stream().findFirst();
  }

  /**
   * Operations by rising id.
   *
   * @param requestedBy null for those of all accounts
   */
  public Slice<Operation> list(
      @Nullable Long requestedBy, @Nullable OperationStatus status, long afterId, int limit) {
    return slice(null, requestedBy, status, afterId, limit);
  }

  /**
   * Stops an operation: what is due already runs, at most what {@link Pace#AHEAD} holds where it
   * has a rate; nothing else does.
   *
   * @return false where it had ended, or there is none
   */
  public boolean cancel(long id) {
    boolean cancelled =
        database.transaction(
            connection ->
                OperationTable.end(
                    connection, id, OperationStatus.CANCELLED, null, clock.instant()));
    if (cancelled) {
      LOG.info("Operation {} is cancelled", id);
    }
    return cancelled;
  }

  private Slice<Operation> slice(
      @Nullable Long id,
      @Nullable Long requestedBy,
      @Nullable OperationStatus status,
      long afterId,
      int limit) {
    return OperationTable.OPERATIONS.slice(
        database, OperationTable.search(id, requestedBy, status), afterId, limit, WHOLE);
  }

  private record Done(long id, BulkWork work, BulkPiece piece) {}

  /** Whether there was a piece to work on. */
  private boolean piece(@Nullable Long id) {
    long[] at = {0};
    Optional<Done> done;
    try {
      done =
          database.transaction(
              connection -> {
                Instant now = clock.instant();
                Optional<Locked> locked = OperationTable.lockDue(connection, id, now);
                locked.ifPresent(found -> at[0] = found.operation().id());
                return locked.isEmpty()
                    ? Optional.empty()
                    : Optional.of(work(connection, locked.get(), now));
              });
    } catch (StorageException e) {
      if (!e.dataRefused()) {
        // The database is away or busy: it goes on from the same place.
        throw e;
      }
      fail(at[0], e);
      return true;
    } catch (RuntimeException e) {
      fail(at[0], e);
      return true;
    }
    done.ifPresent(
        finished -> {
          if (finished.piece().done() > 0) {
            finished.work().wake();
          }
          if (finished.piece().end()) {
            LOG.info("Operation {} is finished", finished.id());
          }
        });
    return done.isPresent();
  }

  private Done work(Connection connection, Locked locked, Instant now) throws SQLException {
    Operation operation = locked.operation();
    BulkWork work = works.of(operation.kind(), operation.filter(), operation.accountId());
    Pace pace = Pace.of(operation.ratePerSecond(), locked.nextDueAt(), now);
    int limit = pace.limit(PIECE);
    BulkPiece piece =
        limit == 0
            ? new BulkPiece(0, 0, locked.span().position(), false)
            : work.piece(connection, locked.span(), limit, pace::due);
    OperationTable.progress(
        connection,
        operation.id(),
        piece,
        pace.nextPieceAt(piece.done()),
        operation.ratePerSecond() == null ? null : pace.due(piece.done()),
        now);
    return new Done(operation.id(), work, piece);
  }

  /** An error of ours, which would only repeat itself. */
  private void fail(long id, RuntimeException failure) {
    if (id == 0) {
      throw failure;
    }
    LOG.error("Operation {} fails", id, failure);
    String message =
        failure instanceof InvalidFilterException
            ? failure.getMessage()
            : "An error of ours (%s); the log has the details."
                .formatted(failure.getClass().getSimpleName());
    database.transaction(
        connection ->
            OperationTable.end(connection, id, OperationStatus.FAILED, message, clock.instant()));
  }
}
