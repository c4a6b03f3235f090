package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.storage.SqlWork;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/** Gives one waiting or failed request up for good and wipes its secrets. */
final class RequestDiscard {

  private static final String FIND =
      """
      select status, batch_id from provisioning_request
      where account_id = ? and id = ? and status in ('WAITING', 'FAILED')
      for update
      """;

  private static final String DISCARD =
      """
      update provisioning_request
      set status = 'DISCARDED', active_key = null, sealed_payload = null, finished_at = ?
      where id = ?
      """;

  // So that its result files are written again.
  private static final String RUN_AGAIN =
      """
      update batch set status = 'RUNNING', finished_at = null where id = ? and status = 'FINISHED'
      """;

  private RequestDiscard() {}

  /** Whether it was waiting or failed. */
  static SqlWork<Boolean> of(long accountId, long id, Instant now) {
    return connection -> {
      RequestStatus status;
      Long batchId;
      try (PreparedStatement statement = connection.prepareStatement(FIND)) {
        statement.setLong(1, accountId);
        statement.setLong(2, id);
        try (ResultSet row = statement.executeQuery()) {
          if (!row.next()) {
            return false;
          }
          status = RequestStatus.valueOf(row.getString("status"));
          batchId = row.getObject("batch_id", Long.class);
        }
      }
      try (PreparedStatement statement = connection.prepareStatement(DISCARD)) {
        statement.setObject(1, utc(now));
        statement.setLong(2, id);
        statement.executeUpdate();
      }
      if (status == RequestStatus.WAITING) {
        // A failed one has come to its end, and been replied to, before.
        RequestReplies.due(connection, id, now);
      }
      new BatchCounts().move(batchId, status, RequestStatus.DISCARDED).write(connection);
      if (batchId != null) {
        runAgain(connection, batchId);
      }
      return true;
    };
  }

  private static void runAgain(Connection connection, long batchId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RUN_AGAIN)) {
      statement.setLong(1, batchId);
      statement.executeUpdate();
    }
  }
}
