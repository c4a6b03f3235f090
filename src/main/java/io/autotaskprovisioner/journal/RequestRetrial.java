package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.storage.SqlWork;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes failed rows wait again, one chunk a transaction, newest first: of several that failed under
 * one key the newest is the one to run.
 */
final class RequestRetrial {

  private static final int CHUNK = 500;

  private static final String CANDIDATES =
      """
      select id, account_id, batch_id, idempotency_key
      from provisioning_request
      where id < ? and status = 'FAILED' and sealed_payload is not null
      """;

  // A correction has a key of its own, so its request id is looked at as well.
  private static final String WAIT_AGAIN =
      """
      update provisioning_request
      set status = 'WAITING', active_key = idempotency_key, attempts = 0, first_attempt_at = null,
        next_attempt_at = ?, finished_at = null, rejected_code = null,
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

  private static final String RUN_AGAIN =
      """
      update batch set status = 'RUNNING', finished_at = null where id = ? and status = 'FINISHED'
      """;

  /**
   * @param lowestId of the rows looked at; null where there were none: the end
   */
  record Step(int retried, @Nullable Long lowestId) {}

  private record Candidate(long id, long accountId, @Nullable Long batchId, String key) {}

  private final FilterClause which;
  private final Instant nextAttemptAt;
  private final @Nullable Failure reason;

  private RequestRetrial(FilterClause which, Instant nextAttemptAt, @Nullable Failure reason) {
    this.which = which;
    this.nextAttemptAt = nextAttemptAt;
    this.reason = reason;
  }

  /** Those of the filter, due at once; what they failed of stays to be seen until they succeed. */
  static RequestRetrial of(JournalFilter filter, Instant now) {
    return new RequestRetrial(FilterClause.of(filter), now, null);
  }

  /** Those that failed under the code since then; they wait for the reason now. */
  static RequestRetrial ofSuspect(
      byte[] code, Instant since, Failure reason, Instant nextAttemptAt) {
    FilterClause failedUnderCode =
        new FilterClause(
            " and rejected_code = ? and finished_at >= ?",
            List.of(code, since.atOffset(ZoneOffset.UTC)));
    return new RequestRetrial(failedUnderCode, nextAttemptAt, reason);
  }

  SqlWork<Step> step(long belowId) {
    return connection -> {
      List<Candidate> candidates = candidates(connection, belowId);
      int retried = 0;
      BatchCounts counts = new BatchCounts();
      Set<Long> batches = new HashSet<>();
      try (PreparedStatement statement = connection.prepareStatement(WAIT_AGAIN)) {
        for (Candidate candidate : candidates) {
          // One by one: each must see what the one before it has taken.
          statement.setObject(1, utc(nextAttemptAt));
          statement.setString(2, reason == null ? null : reason.failureClass().name());
          statement.setString(3, reason == null ? null : RowInsert.message(reason.message()));
          statement.setBoolean(4, reason != null);
          statement.setLong(5, candidate.id());
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
      runAgain(connection, batches);
      Long lowest = candidates.isEmpty() ? null : candidates.get(candidates.size() - 1).id();
      return new Step(retried, lowest);
    };
  }

  private List<Candidate> candidates(Connection connection, long belowId) throws SQLException {
    String sql = CANDIDATES + which.sql() + " order by id desc limit ?";
    List<Candidate> candidates = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, belowId);
      statement.setInt(which.set(statement, 2), CHUNK);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          candidates.add(
              new Candidate(
                  row.getLong("id"),
                  row.getLong("account_id"),
                  row.getObject("batch_id", Long.class),
                  row.getString("idempotency_key")));
        }
      }
    }
    return candidates;
  }

  private static void runAgain(Connection connection, Set<Long> batches) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RUN_AGAIN)) {
      for (long batch : batches.stream().sorted().toList()) {
        statement.setLong(1, batch);
        statement.addBatch();
      }
      if (!batches.isEmpty()) {
        statement.executeBatch();
      }
    }
  }
}
