package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Ends claims on the caller's connection. Every statement is fenced by the lease: it changes
 * nothing once the row is somebody else's. Thread-safe.
 */
final class RequestCompletion {

  private static final String SUCCEED =
      """
      update provisioning_request
      set status = 'SUCCEEDED', instance_id = ?, sealed_payload = null, sealed_record = null,
        lease_id = null, lease_until = null, failure_class = null, failure_message = null,
        provider_message = null, rejected_code = null, finished_at = ?
      where id = ? and lease_id = ? and status = 'RUNNING'
      """;

  private static final String WIPE_ORIGINAL =
      """
      update provisioning_request set sealed_payload = null
      where account_id = ? and id = ? and request_id is null and status = 'FAILED'
      """;

  private static final String WIPE_CORRECTIONS =
      """
      update provisioning_request set sealed_payload = null
      where account_id = ? and request_id = ? and status = 'FAILED' and sealed_payload is not null
      """;

  private static final String RETRY =
      """
      update provisioning_request
      set status = 'WAITING', next_attempt_at = ?, attempts = ?, first_attempt_at = ?,
        lease_id = null, lease_until = null, failure_class = ?, failure_message = ?,
        provider_message = ?, rejected_code = ?
      where id = ? and lease_id = ? and status = 'RUNNING'
      """;

  private static final String FAIL =
      """
      update provisioning_request
      set status = 'FAILED', active_key = null, lease_id = null, lease_until = null,
        failure_class = ?, failure_message = ?, provider_message = ?, rejected_code = ?,
        finished_at = ?
      where id = ? and lease_id = ? and status = 'RUNNING'
      """;

  private static final String DUPLICATE =
      """
      update provisioning_request
      set status = 'DUPLICATE', active_key = null, instance_id = ?, sealed_payload = null,
        lease_id = null, lease_until = null, failure_class = null, failure_message = ?,
        provider_message = null, rejected_code = null, finished_at = ?
      where id = ? and lease_id = ? and status = 'RUNNING'
      """;

  private static final String RELEASE =
      """
      update provisioning_request set active_key = null
      where account_id = ? and active_key = ? and instance_id = ? and status = 'SUCCEEDED'
      """;

  private final Clock clock;

  RequestCompletion(Clock clock) {
    this.clock = clock;
  }

  /** Answers the positions of those whose lease is lost. */
  BitSet succeed(Connection connection, List<Success> successes) throws SQLException {
    Instant now = clock.instant();
    int[] rows;
    try (PreparedStatement statement = connection.prepareStatement(SUCCEED)) {
      for (Success success : successes) {
        statement.setLong(1, success.instanceId());
        statement.setObject(2, utc(now));
        statement.setLong(3, success.claim().id());
        statement.setLong(4, success.claim().leaseId());
        statement.addBatch();
      }
      rows = statement.executeBatch();
    }
    BitSet lost = new BitSet(rows.length);
    List<Long> replies = new ArrayList<>();
    BatchCounts counts = new BatchCounts();
    for (int i = 0; i < rows.length; i++) {
      ClaimedRequest claim = successes.get(i).claim();
      if (rows[i] == 0) {
        lost.set(i);
        continue;
      }
      wipeCorrected(connection, claim);
      if (claim.batchId() == null) {
        replies.add(claim.id());
      } else {
        counts.move(claim.batchId(), RequestStatus.RUNNING, RequestStatus.SUCCEEDED);
      }
    }
    RequestReplies.due(connection, replies, now);
    counts.write(connection);
    return lost;
  }

  /**
   * Makes the row wait for another attempt; an attempt that does not count is taken back.
   *
   * @param suspect keyed hash of the suspended code that it waits for; null where it waits for none
   * @return false if the lease is lost
   */
  boolean retry(
      Connection connection,
      ClaimedRequest claim,
      Failure failure,
      boolean countAttempt,
      Instant nextAttemptAt,
      byte @Nullable [] suspect)
      throws SQLException {
    int attempts = countAttempt ? claim.attempts() : claim.attempts() - 1;
    try (PreparedStatement statement = connection.prepareStatement(RETRY)) {
      statement.setObject(1, utc(nextAttemptAt));
      statement.setInt(2, attempts);
      // While nothing was tried the time to give up after has not begun.
      statement.setObject(3, utc(attempts == 0 ? null : claim.firstAttemptAt()));
      setFailure(statement, 4, failure);
      statement.setBytes(7, suspect);
      statement.setLong(8, claim.id());
      statement.setLong(9, claim.leaseId());
      return statement.executeUpdate() == 1;
    }
  }

  /**
   * Fails the row for good.
   *
   * @param suspect keyed hash of the integration code that may be to blame; null where none is
   * @return false if the lease is lost
   */
  boolean fail(
      Connection connection,
      long id,
      long leaseId,
      @Nullable Long batchId,
      Failure failure,
      byte @Nullable [] suspect)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FAIL)) {
      setFailure(statement, 1, failure);
      statement.setBytes(4, suspect);
      statement.setObject(5, utc(clock.instant()));
      statement.setLong(6, id);
      statement.setLong(7, leaseId);
      if (statement.executeUpdate() == 0) {
        return false;
      }
    }
    ended(connection, id, batchId, RequestStatus.FAILED);
    return true;
  }

  /**
   * Marks the row a duplicate.
   *
   * @return false if the lease is lost
   */
  boolean duplicate(Connection connection, ClaimedRequest claim, long existingInstanceId)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(DUPLICATE)) {
      statement.setLong(1, existingInstanceId);
      statement.setString(2, "Its key has already made instance %d.".formatted(existingInstanceId));
      statement.setObject(3, utc(clock.instant()));
      statement.setLong(4, claim.id());
      statement.setLong(5, claim.leaseId());
      if (statement.executeUpdate() == 0) {
        return false;
      }
    }
    ended(connection, claim.id(), claim.batchId(), RequestStatus.DUPLICATE);
    return true;
  }

  /** Frees the key of a row that succeeded, since its instance goes. */
  void release(Connection connection, long accountId, String key, long instanceId)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RELEASE)) {
      statement.setLong(1, accountId);
      statement.setString(2, key);
      statement.setLong(3, instanceId);
      statement.executeUpdate();
    }
  }

  /**
   * Our choice: once a correction has succeeded, the failed requests it stands for lose their
   * secrets too. So they can no longer be run again by mistake, which would make a second instance,
   * since a correction has a key of its own. (Requests with an id of their own share one key and
   * are protected by that; {@link JournalCleaning} wipes them within the hour.)
   */
  private static void wipeCorrected(Connection connection, ClaimedRequest claim)
      throws SQLException {
    String requestId = claim.request().requestId();
    OptionalLong original =
        requestId == null ? OptionalLong.empty() : GeneratedRequestId.journalId(requestId);
    if (original.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(WIPE_ORIGINAL)) {
      statement.setLong(1, claim.request().accountId());
      statement.setLong(2, original.getAsLong());
      statement.executeUpdate();
    }
    try (PreparedStatement statement = connection.prepareStatement(WIPE_CORRECTIONS)) {
      statement.setLong(1, claim.request().accountId());
      statement.setString(2, requestId);
      statement.executeUpdate();
    }
  }

  /** What came in a batch shows in its counts, what came in a message is owed a reply. */
  private void ended(Connection connection, long id, @Nullable Long batchId, RequestStatus to)
      throws SQLException {
    if (batchId == null) {
      RequestReplies.due(connection, List.of(id), clock.instant());
    } else {
      new BatchCounts().move(batchId, RequestStatus.RUNNING, to).write(connection);
    }
  }

  private static void setFailure(PreparedStatement statement, int from, Failure failure)
      throws SQLException {
    statement.setString(from, failure.failureClass().name());
    statement.setString(from + 1, RowInsert.message(failure.message()));
    statement.setString(from + 2, RowInsert.message(failure.providerMessage()));
  }
}
