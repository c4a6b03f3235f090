package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.storage.Database;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The batches whose result files this process writes, so that no other does: those of one folder,
 * from their beginning until the last state of the files is written. Leases end by the database's
 * clock. Thread-safe; every method waits for the database.
 */
public final class ResultLeases {

  private static final int MOST = 10_000;

  private static final String UNTIL =
      "current_timestamp + interval '0.001' second * cast(? as bigint)";

  private static final String FREE =
      """
      select batch_id from result_files
      where not written and (folder = ? or folder is null or node = ?)
        and (lease_id is null or lease_id <> ?) and lease_until <= current_timestamp
      order by batch_id limit ?
      for update skip locked
      """;

  private static final String TAKE =
      """
      update result_files set folder = ?, lease_id = ?, node = ?, lease_until = %s
      where batch_id = any(?)
      """
          .formatted(UNTIL);

  private static final String RENEW =
      """
      update result_files set lease_until = %s where not written and folder = ? and lease_id = ?
      """
          .formatted(UNTIL);

  private static final String MINE =
      """
      select batch_id from result_files
      where not written and folder = ? and lease_id = ? order by batch_id limit ?
      """;

  private static final String HOLD =
      """
      update result_files set lease_until = %s where batch_id = ? and lease_id = ?
      """
          .formatted(UNTIL);

  private static final String LOCK_BATCH =
      """
      select finished_at from batch where id = ? for update
      """;

  private static final String WRITTEN =
      """
      update result_files set written = true where batch_id = ? and lease_id = ?
      """;

  private static final String AGAIN =
      """
      update result_files set written = false where batch_id = ?
      """;

  private static final String FORGET =
      """
      update result_files set lease_until = current_timestamp - interval '1' second, lease_id = null
      where node = ? and not written
      """;

  private final Database database;
  private final String folder;
  private final String node;
  private final Duration duration;
  private final long leaseId = new SecureRandom().nextLong() & Long.MAX_VALUE;

  /**
   * @param folder what the folder of results says it is
   * @param node that no other running process has
   */
  public ResultLeases(Database database, String folder, String node, Duration duration) {
    this.database = database;
    this.folder = folder;
    this.node = node;
    this.duration = duration;
  }

  /** What the folder of results says it is. */
  public String folder() {
    return folder;
  }

  /** Takes what is nobody's, holds on to what is this process's, and answers all of that. */
  public List<Long> take() {
    return database.transaction(
        connection -> {
          // What this node wrote to a folder that was made anew is written to the new one.
          List<Long> free = ids(connection, FREE, folder, node, leaseId, MOST);
          if (!free.isEmpty()) {
            update(
                connection,
                TAKE,
                folder,
                leaseId,
                node,
                duration.toMillis(),
                connection.createArrayOf("bigint", free.toArray()));
          }
          update(connection, RENEW, duration.toMillis(), folder, leaseId);
          return ids(connection, MINE, folder, leaseId, MOST);
        });
  }

  /** Holds on to what is this process's. */
  public void renew() {
    database.transaction(
        connection -> update(connection, RENEW, duration.toMillis(), folder, leaseId));
  }

  private boolean hold(long batchId) {
    return database.transaction(
            connection -> update(connection, HOLD, duration.toMillis(), batchId, leaseId))
        == 1;
  }

  /**
   * Holds on to the files of the batch.
   *
   * @throws LeaseLostException if another process writes them by now; it then writes them once
   *     more, whatever this one has put in their place meanwhile
   */
  public void require(long batchId) {
    if (!hold(batchId)) {
      again(batchId);
      throw new LeaseLostException(
          "Another process writes the results of batch %d, since this one stalled"
              .formatted(batchId));
    }
  }

  /**
   * The last state is written, unless the batch has changed since.
   *
   * @param batch as it was before its files were written
   */
  public void written(Batch batch) {
    database.transaction(
        connection -> {
          if (Objects.equals(finishedAt(connection, batch.id()), batch.finishedAt())) {
            update(connection, WRITTEN, batch.id(), leaseId);
          }
          return null;
        });
  }

  private void again(long batchId) {
    database.transaction(connection -> again(connection, batchId));
  }

  /** The files of the batch are to be written once more: to be called by whoever changes it. */
  static int again(Connection connection, long batchId) throws SQLException {
    return update(connection, AGAIN, batchId);
  }

  /** Gives up what an earlier process of this node, which is dead, has held. */
  public void forget() {
    database.transaction(connection -> update(connection, FORGET, node));
  }

  private static List<Long> ids(Connection connection, String sql, Object... parameters)
      throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
    }
    return ids;
  }

  private static @Nullable Instant finishedAt(Connection connection, long batchId)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK_BATCH)) {
      statement.setLong(1, batchId);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Timestamps.nullableInstant(row, "finished_at") : null;
      }
    }
  }

  private static int update(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement.executeUpdate();
    }
  }
}
