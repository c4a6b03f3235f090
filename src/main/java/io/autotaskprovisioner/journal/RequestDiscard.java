package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.storage.BulkPiece;
import io.autotaskprovisioner.storage.PagedQuery;
import io.autotaskprovisioner.storage.PagedQuery.Direction;
import io.autotaskprovisioner.storage.PagedQuery.Look;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives waiting or failed requests up for good and wipes their secrets. */
final class RequestDiscard {

  private static final PagedQuery<Candidate> CANDIDATES =
      new PagedQuery<>(
          "id, batch_id, status", JournalQueries.TABLE, "", "id", Candidate::read, Candidate::id);

  // The status tells whether it is still what was found: a worker may have claimed it since.
  private static final String DISCARD =
      """
      update provisioning_request
      set status = 'DISCARDED', active_key = null, sealed_payload = null, rejected_code = null,
        finished_at = ?
      where id = ? and status = ?
      """;

  private record Candidate(long id, @Nullable Long batchId, RequestStatus status) {

    static Candidate read(ResultSet row) throws SQLException {
      return new Candidate(
          row.getLong("id"),
          row.getObject("batch_id", Long.class),
          RequestStatus.valueOf(row.getString("status")));
    }
  }

  private RequestDiscard() {}

  /**
   * One piece, newest first, on the caller's connection.
   *
   * @param filter whose status is {@code WAITING} or {@code FAILED}
   * @param limit rows that are looked at, at most
   */
  static BulkPiece piece(
      Connection connection, JournalFilter filter, long belowId, int limit, Instant now)
      throws SQLException {
    if (filter.status() != RequestStatus.WAITING && filter.status() != RequestStatus.FAILED) {
      throw new IllegalArgumentException("Only waiting or failed requests are discarded");
    }
    Look<Candidate> look =
        CANDIDATES.look(
            connection, JournalQueries.search(filter), Direction.FALLING, belowId, limit);
    List<Long> unanswered = new ArrayList<>();
    int discarded = 0;
    BatchCounts counts = new BatchCounts();
    Set<Long> batches = new HashSet<>();
    for (Candidate candidate : look.rows()) {
      if (!discard(connection, candidate, now)) {
        continue;
      }
      discarded++;
      counts.move(candidate.batchId(), candidate.status(), RequestStatus.DISCARDED);
      if (candidate.batchId() != null) {
        batches.add(candidate.batchId());
      }
      if (candidate.status() == RequestStatus.WAITING) {
        // A failed one has come to its end, and been replied to, before.
        unanswered.add(candidate.id());
      }
    }
    RequestReplies.due(connection, unanswered, now);
    counts.write(connection);
    RunningBatches.runAgain(connection, batches);
    return new BulkPiece(look.rows().size(), discarded, look.position(), look.end());
  }

  private static boolean discard(Connection connection, Candidate candidate, Instant now)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(DISCARD)) {
      statement.setObject(1, utc(now));
      statement.setLong(2, candidate.id());
      statement.setString(3, candidate.status().name());
      return statement.executeUpdate() == 1;
    }
  }
}
