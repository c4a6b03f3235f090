package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.storage.BulkPiece;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.PagedQuery.Slice;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;

/** Claims and completes rows of {@code queue_reply}. Leases end on the database's clock. */
final class JdbcReplies implements Replies {

  // A request that was run again before its reply was sent is replied to at its next end. The
  // scalar sub-select makes H2 begin with what is due, where a join begins with all that ended.
  static final String CANDIDATES =
      """
      select r.request_id from queue_reply r
      where r.due_at <= ? and (r.lease_until is null or r.lease_until < current_timestamp)
        and (select p.status from provisioning_request p where p.id = r.request_id)
          in ('SUCCEEDED', 'FAILED', 'DUPLICATE', 'DISCARDED')
      order by r.due_at, r.request_id
      limit ?
      """;

  // All that are due at any time. With an end, because nulls lie behind it in the index: for "is
  // not null" H2 would read the replies that were ever sent.
  static final String WAITING =
      """
      select count(*) from queue_reply
      where due_at < timestamp with time zone '9999-12-31 00:00:00Z'
      """;

  // Two processes may choose the same candidates; the row lock and this condition let one have it.
  private static final String TAKE =
      """
      update queue_reply
      set lease_id = ?, lease_until = current_timestamp + interval '0.001' second * cast(? as bigint)
      where request_id = any(?) and due_at <= ?
        and (lease_until is null or lease_until < current_timestamp)
      """;

  private static final String TAKEN =
      """
      select r.request_id, r.rounds, r.attempts, r.destination, r.topic, r.correlation_id,
        p.request_id as own_request_id, p.status, p.failure_class, p.failure_message, p.instance_id
      from queue_reply r
      join provisioning_request p on p.id = r.request_id
      where r.request_id = any(?) and r.lease_id = ?
      order by r.due_at, r.request_id
      """;

  private static final String SENT =
      """
      update queue_reply
      set due_at = null, sent_at = ?, last_error = null, lease_id = null, lease_until = null
      where request_id = ? and lease_id = ? and rounds = ?
      """;

  private static final String RELEASE =
      """
      update queue_reply
      set due_at = ?, lease_id = null, lease_until = null
      where request_id = ? and lease_id = ? and rounds = ?
      """;

  private static final String REFUSED =
      """
      update queue_reply
      set due_at = ?, attempts = attempts + 1, last_error = ?, refused = ?, refused_at = ?,
        lease_id = null, lease_until = null
      where request_id = ? and lease_id = ? and rounds = ?
      """;

  private final Database database;
  private final Clock clock;
  private final SecureRandom leaseIds = new SecureRandom();

  JdbcReplies(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public List<OwedReply> claim(int limit, Duration lease) {
    long leaseId = leaseIds.nextLong();
    Instant now = clock.instant();
    // By itself: it looks past every request that is not at its end, and keeps nobody from writing.
    Object[] candidates = database.query(connection -> candidates(connection, limit, now));
    if (candidates.length == 0) {
      return List.of();
    }
    return database.transaction(
        connection -> {
          try (PreparedStatement take = connection.prepareStatement(TAKE)) {
            take.setLong(1, leaseId);
            take.setLong(2, lease.toMillis());
            take.setArray(3, connection.createArrayOf("bigint", candidates));
            take.setObject(4, utc(now));
            take.executeUpdate();
          }
          return taken(connection, candidates, leaseId);
        });
  }

  private static Object[] candidates(Connection connection, int limit, Instant now)
      throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(CANDIDATES)) {
      select.setObject(1, utc(now));
      select.setInt(2, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
    }
    return ids.toArray();
  }

  private static List<OwedReply> taken(Connection connection, Object[] ids, long leaseId)
      throws SQLException {
    List<OwedReply> taken = new ArrayList<>(ids.length);
    try (PreparedStatement select = connection.prepareStatement(TAKEN)) {
      select.setArray(1, connection.createArrayOf("bigint", ids));
      select.setLong(2, leaseId);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          taken.add(read(row, leaseId));
        }
      }
    }
    return taken;
  }

  private static OwedReply read(ResultSet row, long leaseId) throws SQLException {
    long id = row.getLong("request_id");
    String failureClass = row.getString("failure_class");
    return new OwedReply(
        id,
        leaseId,
        row.getInt("rounds"),
        row.getInt("attempts"),
        new ReplyAddress(
            row.getString("destination"), row.getBoolean("topic"), row.getString("correlation_id")),
        Objects.requireNonNullElse(row.getString("own_request_id"), GeneratedRequestId.of(id)),
        RequestStatus.valueOf(row.getString("status")),
        failureClass == null ? null : FailureClass.valueOf(failureClass),
        row.getString("failure_message"),
        row.getObject("instance_id", Long.class));
  }

  @Override
  public void sent(List<OwedReply> replies) {
    complete(SENT, replies);
  }

  @Override
  public void release(List<OwedReply> replies) {
    complete(RELEASE, replies);
  }

  private void complete(String sql, List<OwedReply> replies) {
    if (replies.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    database.transaction(
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (OwedReply reply : replies) {
              update.setObject(1, utc(now));
              update.setLong(2, reply.id());
              update.setLong(3, reply.leaseId());
              update.setInt(4, reply.round());
              update.addBatch();
            }
            return update.executeBatch();
          }
        });
  }

  @Override
  public boolean refused(OwedReply reply, Duration wait, String reason, int limit) {
    Instant now = clock.instant();
    boolean givenUp = reply.attempts() + 1 >= limit;
    database.transaction(
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(REFUSED)) {
            update.setObject(1, givenUp ? null : utc(now.plus(wait)));
            update.setString(2, RowInsert.message(reason));
            update.setBoolean(3, givenUp);
            update.setObject(4, givenUp ? utc(now) : null);
            update.setLong(5, reply.id());
            update.setLong(6, reply.leaseId());
            update.setInt(7, reply.round());
            return update.executeUpdate();
          }
        });
    return givenUp;
  }

  @Override
  public Slice<ReplyEntry> slice(ReplyFilter filter, long afterId, int limit, Duration patience) {
    return ReplyRecovery.ENTRIES.slice(
        database, ReplyRecovery.search(filter), afterId, limit, patience);
  }

  @Override
  public long count(ReplyFilter filter, long limit) {
    return database.query(
        connection -> ReplyRecovery.ENTRIES.count(connection, ReplyRecovery.search(filter), limit));
  }

  @Override
  public BulkPiece retryPiece(
      Connection connection, ReplyFilter filter, long belowId, int limit, IntFunction<Instant> due)
      throws SQLException {
    return ReplyRecovery.retry(connection, filter, belowId, limit, due);
  }

  @Override
  public BulkPiece discardPiece(Connection connection, ReplyFilter filter, long belowId, int limit)
      throws SQLException {
    return ReplyRecovery.discard(connection, filter, belowId, limit);
  }

  @Override
  public long waiting() {
    return database.query(
        connection -> {
          try (PreparedStatement count = connection.prepareStatement(WAITING);
              ResultSet row = count.executeQuery()) {
            row.next();
            return row.getLong(1);
          }
        });
  }
}
