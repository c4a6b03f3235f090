package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.SqlWork;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Discards what waits in cancelled batches, one chunk a transaction. Every process does so again
 * and again, so that a crash in between leaves nothing undone, and so that a request which was
 * running when its batch was cancelled, and would be tried again, is met too. Thread-safe.
 */
final class BatchCancellation {

  private static final Logger LOG = LoggerFactory.getLogger(BatchCancellation.class);
  private static final int CHUNK = 500;

  private static final String CANCELLED =
      "select id from batch where status = 'CANCELLED' and waiting_count > 0 order by id limit 100";

  private static final String WAITING =
      """
      select id from provisioning_request
      where batch_id = ? and status = 'WAITING'
      order by batch_id, status, id
      limit ?
      """;

  private static final String DISCARD =
      """
      update provisioning_request
      set status = 'DISCARDED', active_key = null, sealed_payload = null, failure_class = null,
        failure_message = 'Its batch was cancelled.', provider_message = null, finished_at = ?
      where id = any(?) and status = 'WAITING'
      """;

  private final Database database;
  private final Clock clock;

  BatchCancellation(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Discards what waits now, on the calling thread; answers how many requests. */
  int discardWaiting() {
    int discarded = 0;
    for (long batch : database.query(BatchCancellation::cancelled)) {
      int chunk;
      do {
        chunk = database.transaction(discardChunk(batch, clock.instant()));
        discarded += chunk;
      } while (chunk == CHUNK);
    }
    if (discarded > 0) {
      LOG.info("Discarded {} waiting requests of cancelled batches", discarded);
    }
    return discarded;
  }

  private static List<Long> cancelled(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CANCELLED)) {
      return ids(statement);
    }
  }

  private static SqlWork<Integer> discardChunk(long batch, Instant now) {
    return connection -> {
      List<Long> waiting;
      try (PreparedStatement statement = connection.prepareStatement(WAITING)) {
        statement.setLong(1, batch);
        statement.setInt(2, CHUNK);
        waiting = ids(statement);
      }
      if (waiting.isEmpty()) {
        return 0;
      }
      int discarded;
      try (PreparedStatement statement = connection.prepareStatement(DISCARD)) {
        statement.setObject(1, utc(now));
        statement.setArray(2, connection.createArrayOf("bigint", waiting.toArray()));
        discarded = statement.executeUpdate();
      }
      BatchCounts counts = new BatchCounts();
      for (int i = 0; i < discarded; i++) {
        counts.move(batch, RequestStatus.WAITING, RequestStatus.DISCARDED);
      }
      counts.write(connection);
      return waiting.size();
    };
  }

  private static List<Long> ids(PreparedStatement statement) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        ids.add(row.getLong(1));
      }
    }
    return ids;
  }
}
