package io.autotaskprovisioner.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction changes in the counts of batches. Written once at its end, so that the
 * batch's row is locked as briefly as possible, in order of ids, so that two never wait for each
 * other. Not thread-safe.
 */
final class BatchCounts {

  private static final String ADD =
      """
      update batch set waiting_count = waiting_count + ?, succeeded_count = succeeded_count + ?,
        failed_count = failed_count + ?, duplicate_count = duplicate_count + ?,
        discarded_count = discarded_count + ?
      where id = ?
      """;

  private final Map<Long, long[]> deltas = new TreeMap<>();

  /** A row of the batch appears in this status; nothing for a row without batch. */
  BatchCounts add(@Nullable Long batchId, RequestStatus status) {
    return change(batchId, status, 1);
  }

  BatchCounts move(@Nullable Long batchId, RequestStatus from, RequestStatus to) {
    return change(batchId, from, -1).change(batchId, to, 1);
  }

  void write(Connection connection) throws SQLException {
    if (deltas.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(ADD)) {
      for (Map.Entry<Long, long[]> batch : deltas.entrySet()) {
        long[] delta = batch.getValue();
        for (int i = 0; i < delta.length; i++) {
          statement.setLong(i + 1, delta[i]);
        }
        statement.setLong(delta.length + 1, batch.getKey());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private BatchCounts change(@Nullable Long batchId, RequestStatus status, int by) {
    if (batchId != null) {
      deltas.computeIfAbsent(batchId, id -> new long[5])[column(status)] += by;
    }
    return this;
  }

  private static int column(RequestStatus status) {
    return switch (status) {
      case WAITING, RUNNING -> 0;
      case SUCCEEDED -> 1;
      case FAILED -> 2;
      case DUPLICATE -> 3;
      case DISCARDED -> 4;
    };
  }
}
