package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.journal.RequestClaims.TakenRow;
import io.autotaskprovisioner.journal.RequestOutcomes.Outcome;
import io.autotaskprovisioner.storage.BulkPiece;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.PagedQuery;
import io.autotaskprovisioner.storage.PagedQuery.Slice;
import io.autotaskprovisioner.storage.Sequence;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal in the table {@code provisioning_request}. */
final class JdbcJournal implements Journal {

  private static final Logger LOG = LoggerFactory.getLogger(JdbcJournal.class);
  private static final int PAGE = 500;
  private static final Duration WHOLE = Duration.ofDays(1);

  private static final String LAST_ID = "select coalesce(max(id), 0) from provisioning_request";

  private final Database database;
  private final Clock clock;
  private final RowPreparation preparation;
  private final SealedPayloads payloads;
  private final RetryPolicy retryPolicy;
  private final RequestOutcomes outcomes;
  private final RequestClaims claims = new RequestClaims();
  private final DueLanes dueLanes;
  private final RequestCompletion completion;
  private final PagedQuery<JournalEntry> entries;
  private final JournalDepth depth;
  private final List<Runnable> dueListeners = new CopyOnWriteArrayList<>();

  JdbcJournal(
      Database database,
      Clock clock,
      RowPreparation preparation,
      SealedPayloads payloads,
      RetryPolicy retryPolicy,
      RequestOutcomes outcomes) {
    this.database = database;
    this.clock = clock;
    this.dueLanes = new DueLanes(database, System::nanoTime);
    this.preparation = preparation;
    this.payloads = payloads;
    this.retryPolicy = retryPolicy;
    this.outcomes = outcomes;
    this.completion = new RequestCompletion(clock);
    this.entries = new JournalQueries(payloads).entries();
    this.depth = new JournalDepth(database, clock);
  }

  @Override
  public CompletableFuture<Acceptance> accept(List<JournalRecord> records) {
    if (records.isEmpty()) {
      return CompletableFuture.completedFuture(new Acceptance(0, 0, 0));
    }
    try {
      Map<Long, Set<String>> references = preparation.references(records);
      return references.isEmpty()
          ? accept(records, EarlierRequests.NONE)
          : database
              .read(EarlierRequests.find(references))
              .thenCompose(earlier -> accept(records, earlier));
    } catch (RuntimeException e) {
      // One way to fail is enough for callers.
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<Acceptance> accept(
      List<JournalRecord> records, EarlierRequests earlier) {
    Instant now = clock.instant();
    List<NewRow> rows = new ArrayList<>(records.size());
    for (JournalRecord record : records) {
      rows.add(preparation.row(database.nextId(Sequence.REQUEST), record, earlier, now));
    }
    Door door = records.get(0).door();
    return database
        .write(connection -> RequestAcceptance.accept(connection, rows, now))
        .thenApply(
            acceptance -> {
              outcomes.count(door, Outcome.DUPLICATE, acceptance.duplicate());
              outcomes.count(door, Outcome.FAILED, acceptance.failed());
              if (acceptance.waiting() > 0) {
                wake();
              }
              return acceptance;
            });
  }

  @Override
  public List<ClaimedRequest> claim(int limit, Duration lease) {
    Instant now = clock.instant();
    List<Long> lanes = dueLanes.at(now);
    RequestClaims.Taken taken = database.transaction(claims.claim(lanes, limit, lease, now));
    dueLanes.drained(taken.drained());
    List<ClaimedRequest> claimed = new ArrayList<>(taken.rows().size());
    for (TakenRow row : taken.rows()) {
      open(row).ifPresent(claimed::add);
    }
    return claimed;
  }

  /** A row that cannot be opened fails, so that it does not come round for ever. */
  private Optional<ClaimedRequest> open(TakenRow row) {
    try {
      return Optional.of(row.opened(payloads.open(row.id(), row.accountId(), row.sealedPayload())));
    } catch (IllegalStateException e) {
      LOG.error("Request {} cannot be opened with the key ring and fails", row.id(), e);
      Failure failure =
          Failure.of(
              FailureClass.INTERNAL_ERROR,
              "The stored request cannot be opened with the key file; send it again.");
      database.write(
          connection ->
              completion.fail(connection, row.id(), row.leaseId(), row.batchId(), failure, null));
      return Optional.empty();
    }
  }

  @Override
  public void renew(List<ClaimedRequest> claimed, Duration lease) {
    if (!claimed.isEmpty()) {
      database.transaction(claims.renew(claimed, lease));
    }
  }

  @Override
  public BitSet succeed(Connection connection, List<Success> successes) throws SQLException {
    return completion.succeed(connection, successes);
  }

  @Override
  public CompletableFuture<Void> fail(
      ClaimedRequest claim, Failure failure, boolean countAttempt, byte @Nullable [] suspect) {
    Instant now = clock.instant();
    Optional<Instant> next =
        countAttempt
            ? retryPolicy.nextAttempt(failure, claim.attempts(), claim.firstAttemptAt(), now)
            : Optional.of(retryPolicy.afterPause(failure, now));
    return database
        .write(
            connection ->
                next.isPresent()
                    ? completion.retry(
                        connection, claim, failure, countAttempt, next.get(), suspect)
                    : completion.fail(
                        connection, claim.id(), claim.leaseId(), claim.batchId(), failure, suspect))
        .thenAccept(
            tookEffect -> {
              if (tookEffect) {
                outcomes.count(
                    claim.door(), next.isPresent() ? Outcome.RETRIED : Outcome.FAILED, 1);
                tell(claim, failure, countAttempt, next);
              }
            });
  }

  /** One line per failure, without values: they are in the journal. */
  private static void tell(
      ClaimedRequest claim, Failure failure, boolean countAttempt, Optional<Instant> next) {
    String origin = claim.batchId() == null ? claim.door().name() : "batch " + claim.batchId();
    if (next.isEmpty()) {
      LOG.info(
          "Request {} of {} failed for good at attempt {}: {}",
          claim.id(),
          origin,
          claim.attempts(),
          failure.failureClass());
    } else if (countAttempt) {
      LOG.info(
          "Request {} of {} failed at attempt {} and is tried again at {}: {}",
          claim.id(),
          origin,
          claim.attempts(),
          next.get(),
          failure.failureClass());
    } else {
      // The operator was told once that the code is suspended; here it would be said of every row.
      LOG.debug("Request {} of {} waits until {}", claim.id(), origin, next.get());
    }
  }

  @Override
  public CompletableFuture<Void> duplicate(ClaimedRequest claim, long existingInstanceId) {
    return database
        .write(connection -> completion.duplicate(connection, claim, existingInstanceId))
        .thenAccept(
            tookEffect -> outcomes.count(claim.door(), Outcome.DUPLICATE, tookEffect ? 1 : 0));
  }

  @Override
  public void release(Connection connection, long accountId, String key, long instanceId)
      throws SQLException {
    completion.release(connection, accountId, key, instanceId);
  }

  @Override
  public List<JournalEntry> list(JournalFilter filter, long afterId, int limit) {
    return slice(filter, afterId, limit, WHOLE).rows();
  }

  @Override
  public Slice<JournalEntry> slice(
      JournalFilter filter, long afterId, int limit, Duration patience) {
    return entries.slice(database, JournalQueries.search(filter), afterId, limit, patience);
  }

  @Override
  public long count(JournalFilter filter, long limit) {
    return database.query(
        connection -> entries.count(connection, JournalQueries.search(filter), limit));
  }

  @Override
  public long lastId(Connection connection) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(LAST_ID);
        ResultSet row = query.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public void forEach(JournalFilter filter, Consumer<JournalEntry> consumer) {
    long afterId = 0;
    List<JournalEntry> page;
    do {
      page = list(filter, afterId, PAGE);
      page.forEach(consumer);
      afterId = page.isEmpty() ? afterId : page.get(page.size() - 1).id();
    } while (page.size() == PAGE);
  }

  @Override
  public Optional<JournalEntry> find(@Nullable Long accountId, long id) {
    return list(new JournalFilter(accountId, null, id, null, null), 0, 1).stream().findFirst();
  }

  @Override
  public int retry(JournalFilter filter) {
    Instant now = clock.instant();
    int retried = waitAgain(RequestRetrial.of(filter, position -> now));
    if (retried > 0) {
      wake();
    }
    return retried;
  }

  @Override
  public BulkPiece retryPiece(
      Connection connection,
      JournalFilter filter,
      long belowId,
      int limit,
      IntFunction<Instant> due)
      throws SQLException {
    return RequestRetrial.of(filter, due).piece(connection, belowId, limit);
  }

  @Override
  public boolean discard(@Nullable Long accountId, long id) {
    Instant now = clock.instant();
    // A worker may move it from one to the other between two looks.
    for (RequestStatus status :
        List.of(RequestStatus.FAILED, RequestStatus.WAITING, RequestStatus.FAILED)) {
      JournalFilter filter = new JournalFilter(accountId, null, id, status, null);
      BulkPiece piece =
          database.transaction(
              connection -> RequestDiscard.piece(connection, filter, Long.MAX_VALUE, 1, now));
      if (piece.done() == 1) {
        return true;
      }
    }
    return false;
  }

  @Override
  public BulkPiece discardPiece(
      Connection connection, JournalFilter filter, long belowId, int limit) throws SQLException {
    return RequestDiscard.piece(connection, filter, belowId, limit, clock.instant());
  }

  @Override
  public int takeBack(byte[] suspect, Instant since, Failure reason) {
    return waitAgain(
        RequestRetrial.ofSuspect(
            suspect, since, reason, retryPolicy.afterPause(reason, clock.instant())));
  }

  private int waitAgain(RequestRetrial retrial) {
    int retried = 0;
    long belowId = Long.MAX_VALUE;
    BulkPiece piece;
    do {
      long below = belowId;
      piece = database.transaction(connection -> retrial.piece(connection, below, PAGE));
      retried += piece.done();
      belowId = piece.position();
    } while (!piece.end());
    return retried;
  }

  @Override
  public Depth depth() {
    return depth.current();
  }

  @Override
  public void onDue(Runnable listener) {
    dueListeners.add(listener);
  }

  @Override
  public int hurry(FailureClass failureClass) {
    int hurried = 0;
    Long afterId = 0L;
    while (afterId != null) {
      long after = afterId;
      RequestHaste.Step step =
          database.transaction(RequestHaste.step(failureClass, after, clock.instant()));
      hurried += step.hurried();
      afterId = step.highestId();
    }
    if (hurried > 0) {
      wake();
    }
    return hurried;
  }

  @Override
  public void wake() {
    dueListeners.forEach(Runnable::run);
  }
}
