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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
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

  // Of a folder that was made anew, or that this node calls so by another setting now, what this
  // node wrote is written to the new one. Never a row of this process: that it has.
  private static final String FREE =
      """
      select batch_id, lease_id from result_files
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

  // In this order, so that no two transactions wait for each other; what is locked ends just now.
  private static final String MINE =
      """
      select batch_id from result_files
      where not written and lease_id = ? order by batch_id limit ?
      """;

  private static final String LOCK_MINE = MINE + " for update skip locked";

  private static final String RENEW =
      """
      update result_files set lease_until = %s where batch_id = any(?)
      """
          .formatted(UNTIL);

  private static final String MOVE =
      """
      update result_files set folder = ? where not written and lease_id = ? and folder <> ?
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
      update result_files set lease_until = current_timestamp - interval '1' second
      where node = ? and not written
      """;

  private static final String LEAVE =
      """
      update result_files set lease_until = current_timestamp - interval '1' second
      where lease_id = ? and not written
      """;

  /**
   * @param mine whose files this process writes
   * @param overtaken those of them that another process had before: it, or one that it had not kept
   *     off yet, may be about to put a file in its place
   */
  public record Taken(List<Long> mine, Set<Long> overtaken) {}

  private final Database database;
  private final String node;
  private final Duration duration;
  private final long leaseId = new SecureRandom().nextLong() & Long.MAX_VALUE;

  /**
   * @param node that no other running process has
   */
  public ResultLeases(Database database, String node, Duration duration) {
    this.database = database;
    this.node = node;
    this.duration = duration;
  }

  /**
   * Takes what is nobody's. If this fails, something may be taken all the same.
   *
   * @param folder what the folder of results says it is
   * @return that, and what this process had before
   */
  public Taken take(String folder) {
    return database.transaction(
        connection -> {
          update(connection, MOVE, folder, leaseId, folder);
          Map<Long, Boolean> free = free(connection, folder);
          if (!free.isEmpty()) {
            update(
                connection,
                TAKE,
                folder,
                leaseId,
                node,
                duration.toMillis(),
                connection.createArrayOf("bigint", free.keySet().toArray()));
          }
          Set<Long> overtaken = new HashSet<>(free.keySet());
          overtaken.removeIf(id -> !free.get(id));
          return new Taken(ids(connection, MINE, leaseId, MOST), overtaken);
        });
  }

  /** Holds on to what is this process's. */
  public void renew() {
    database.transaction(
        connection -> {
          List<Long> mine = ids(connection, LOCK_MINE, leaseId, MOST);
          return mine.isEmpty()
              ? 0
              : update(
                  connection,
                  RENEW,
                  duration.toMillis(),
                  connection.createArrayOf("bigint", mine.toArray()));
        });
  }

  /** The batches that may be taken, each with whether somebody had it. */
  private Map<Long, Boolean> free(Connection connection, String folder) throws SQLException {
    Map<Long, Boolean> free = new TreeMap<>();
    try (PreparedStatement statement = connection.prepareStatement(FREE)) {
      statement.setString(1, folder);
      statement.setString(2, node);
      statement.setLong(3, leaseId);
      statement.setInt(4, MOST);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          free.put(row.getLong("batch_id"), row.getObject("lease_id") != null);
        }
      }
    }
    return free;
  }

  private boolean hold(long batchId) {
    return database.transaction(
            connection -> update(connection, HOLD, duration.toMillis(), batchId, leaseId))
        == 1;
  }

  /**
   * Holds on to the files of the batch.
   *
   * @throws LeaseLostException if another process writes them by now
   */
  public void require(long batchId) {
    if (!hold(batchId)) {
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

  /** The files of the batch are to be written once more: to be called by whoever changes it. */
  static int again(Connection connection, long batchId) throws SQLException {
    return update(connection, AGAIN, batchId);
  }

  /** Gives up what an earlier process of this node, which is dead, has held. */
  public void forget() {
    database.transaction(connection -> update(connection, FORGET, node));
  }

  /** Gives up what this process holds, and will not write any more. */
  public void leave() {
    database.transaction(connection -> update(connection, LEAVE, leaseId));
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
