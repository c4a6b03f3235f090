package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the life of a request means for the reply it is owed, on the caller's connection. */
final class RequestReplies {

  private static final String INSERT =
      """
      insert into queue_reply
        (request_id, account_id, message_key, destination, topic, correlation_id, due_at, rounds)
      values (?, ?, ?, ?, ?, ?, ?, ?)
      on conflict do nothing
      """;

  // The sum is explained in RequestAcceptance.
  static final String TAKEN =
      """
      select request_id, message_key from queue_reply
      where account_id + 0 = ? and message_key = any(?)
      """;

  private static final String DUE =
      """
      update queue_reply
      set due_at = ?, rounds = rounds + 1, attempts = 0, refused = false, refused_at = null,
        last_error = null, lease_id = null, lease_until = null
      where request_id = any(?)
      """;

  private RequestReplies() {}

  /**
   * The rows without those of a message that is delivered again after it was taken: its reply is
   * sent or will be. A sender's own repeat has a message id of its own and stays.
   */
  static List<NewRow> withoutRedelivered(Connection connection, List<NewRow> rows)
      throws SQLException {
    Map<Long, Set<String>> keys = new HashMap<>();
    for (NewRow row : rows) {
      if (row.messageKey() != null) {
        keys.computeIfAbsent(row.record().accountId(), account -> new TreeSet<>())
            .add(row.messageKey());
      }
    }
    if (keys.isEmpty()) {
      return rows;
    }
    Map<String, Long> takenBy = new HashMap<>();
    for (Map.Entry<Long, Set<String>> account : keys.entrySet()) {
      takenBy(connection, account.getKey(), account.getValue(), takenBy);
    }
    Set<String> seen = new HashSet<>();
    List<NewRow> left = new ArrayList<>(rows.size());
    for (NewRow row : rows) {
      Long holder = row.messageKey() == null ? null : takenBy.get(row.messageKey());
      boolean repeated = row.messageKey() != null && !seen.add(row.messageKey());
      if (!repeated && (holder == null || holder == row.id())) {
        left.add(row);
      }
    }
    return left;
  }

  private static void takenBy(
      Connection connection, long accountId, Set<String> keys, Map<String, Long> takenBy)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TAKEN)) {
      statement.setLong(1, accountId);
      statement.setArray(2, connection.createArrayOf("varchar", keys.toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          takenBy.put(row.getString("message_key"), row.getLong("request_id"));
        }
      }
    }
  }

  /** Notes what the accepted rows are owed; at once where a row is at its end already. */
  static void insert(Connection connection, List<NewRow> accepted, Instant now)
      throws SQLException {
    boolean any = false;
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      for (NewRow row : accepted) {
        ReplyAddress address = row.record().reply();
        if (address == null) {
          continue;
        }
        boolean ended = row.status() != RequestStatus.WAITING;
        statement.setLong(1, row.id());
        statement.setLong(2, row.record().accountId());
        statement.setString(3, row.messageKey());
        statement.setString(4, address.destination());
        statement.setBoolean(5, address.topic());
        statement.setString(6, address.correlationId());
        statement.setObject(7, utc(ended ? now : null));
        statement.setInt(8, ended ? 1 : 0);
        statement.addBatch();
        any = true;
      }
      if (any) {
        statement.executeBatch();
      }
    }
  }

  /** The requests have come to their end: the reply of each that is owed one becomes due. */
  static void due(Connection connection, List<Long> requestIds, Instant now) throws SQLException {
    if (requestIds.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(DUE)) {
      statement.setObject(1, utc(now));
      statement.setArray(2, connection.createArrayOf("bigint", requestIds.toArray()));
      statement.executeUpdate();
    }
  }
}
