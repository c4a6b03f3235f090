package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.storage.BulkPiece;
import io.autotaskprovisioner.storage.PagedQuery;
import io.autotaskprovisioner.storage.PagedQuery.Direction;
import io.autotaskprovisioner.storage.PagedQuery.Look;
import io.autotaskprovisioner.storage.PagedQuery.Part;
import io.autotaskprovisioner.storage.PagedQuery.Search;
import io.autotaskprovisioner.storage.SqlCondition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes failed rows wait again, a piece at a time, newest first: of several that failed under one
 * key the newest is the one to run.
 */
final class RequestRetrial {

  private static final PagedQuery<Candidate> CANDIDATES =
      new PagedQuery<>(
          "id, batch_id", JournalQueries.TABLE, "", "id", Candidate::read, Candidate::id);

  // A correction has a key of its own, so its request id is looked at as well.
  private static final String WAIT_AGAIN =
      """
      update provisioning_request
      set status = 'WAITING', active_key = idempotency_key, attempts = 0, first_attempt_at = null,
        next_attempt_at = ?, finished_at = null,
        rejected_code = case when cast(? as boolean) then rejected_code else null end,
        failure_class = coalesce(?, failure_class), failure_message = coalesce(?, failure_message),
        provider_message = case when cast(? as boolean) then null else provider_message end
      where id = ? and status = 'FAILED' and sealed_payload is not null
        and not exists (
          select 1 from provisioning_request holder
          where holder.account_id = provisioning_request.account_id
            and holder.active_key = provisioning_request.idempotency_key)
        and not exists (
          select 1 from provisioning_request correction
          where correction.account_id = provisioning_request.account_id
            and correction.request_id
              = coalesce(provisioning_request.request_id, 'r-' || provisioning_request.id)
            and correction.status in ('WAITING', 'RUNNING', 'SUCCEEDED'))
        and not exists (
          select 1 from batch
          where batch.id = provisioning_request.batch_id and batch.status = 'CANCELLED')
      """;

  private record Candidate(long id, @Nullable Long batchId) {

    static Candidate read(ResultSet row) throws SQLException {
      return new Candidate(row.getLong("id"), row.getObject("batch_id", Long.class));
    }
  }

  private final Search which;
  private final IntFunction<Instant> due;
  private final @Nullable Failure reason;

  private RequestRetrial(Search which, IntFunction<Instant> due, @Nullable Failure reason) {
    this.which = which;
    this.due = due;
    this.reason = reason;
  }

  /**
   * Those of the filter that failed; what they failed of stays to be seen until they succeed.
   *
   * @param due when the first, the second, … of a piece is due, counted from 0
   */
  static RequestRetrial of(JournalFilter filter, IntFunction<Instant> due) {
    return new RequestRetrial(
        JournalQueries.search(filter.withStatus(RequestStatus.FAILED)), due, null);
  }

  /** Those that failed under the code since then; they wait for the reason now. */
  static RequestRetrial ofSuspect(
      byte[] code, Instant since, Failure reason, Instant nextAttemptAt) {
    Part underCode =
        new Part(SqlCondition.NONE.and("rejected_code = ?", code), "rejected_code, id");
    SqlCondition failed =
        SqlCondition.NONE
            .and("status = ?", RequestStatus.FAILED)
            .and("finished_at >= ?", utc(since));
    return new RequestRetrial(
        new Search(List.of(underCode), failed), position -> nextAttemptAt, reason);
  }

  /**
   * One piece, on the caller's connection.
   *
   * @param limit rows that are looked at, at most
   */
  BulkPiece piece(Connection connection, long belowId, int limit) throws SQLException {
    Look<Candidate> look = CANDIDATES.look(connection, which, Direction.FALLING, belowId, limit);
    int retried = 0;
    BatchCounts counts = new BatchCounts();
    Set<Long> batches = new HashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(WAIT_AGAIN)) {
      for (Candidate candidate : look.rows()) {
        // One by one: each must see what the one before it has taken.
        statement.setObject(1, utc(due.apply(retried)));
        statement.setBoolean(2, reason != null);
        statement.setString(3, reason == null ? null : reason.failureClass().name());
        statement.setString(4, reason == null ? null : RowInsert.message(reason.message()));
        statement.setBoolean(5, reason != null);
        statement.setLong(6, candidate.id());
        if (statement.executeUpdate() == 1) {
          retried++;
          counts.move(candidate.batchId(), RequestStatus.FAILED, RequestStatus.WAITING);
          if (candidate.batchId() != null) {
            batches.add(candidate.batchId());
          }
        }
      }
    }
    counts.write(connection);
    RunningBatches.runAgain(connection, batches);
    return new BulkPiece(look.rows().size(), retried, look.position(), look.end());
  }
}
