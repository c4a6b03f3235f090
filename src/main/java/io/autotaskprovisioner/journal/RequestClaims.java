package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.storage.SqlWork;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes due rows for this process, each under a lease that ends on the database's clock.
 * Thread-safe.
 *
 * <p>The cost does not depend on the backlog: an index look-up per lane takes the oldest rows of
 * it.
 */
final class RequestClaims {

  private static final String COLUMNS =
      """
      select id, account_id, door, batch_id, idempotency_key, attempts, created_at,
        first_attempt_at, sealed_payload
      from provisioning_request
      """;

  // Two statements, because H2 sorts and locks every due row of the lane for an ordered query FOR
  // UPDATE: 1.7 to 4.6 s at 300,000 waiting rows, where the first one alone takes 1 ms. It names
  // the whole index in its order, so that H2 reads that instead of sorting.
  private static final String DUE_OF_LANE =
      """
      select id from provisioning_request
      where lane = ? and status = 'WAITING' and next_attempt_at <= ?
      order by lane, status, next_attempt_at, id
      limit ?
      """;

  private static final String LOCK_DUE =
      COLUMNS
          + """
          where id = any(?) and status = 'WAITING' and next_attempt_at <= ?
          order by next_attempt_at, id
          limit ?
          for update skip locked
          """;

  /** So many times what it wants a claim looks at, so that several processes all find some. */
  private static final int CANDIDATES = 4;

  private static final String EXPIRED =
      COLUMNS
          + """
          where lease_until < current_timestamp and status = 'RUNNING'
          order by lease_until
          limit ?
          for update skip locked
          """;

  private static final String TAKE =
      """
      update provisioning_request
      set status = 'RUNNING', attempts = attempts + 1, lease_id = ?,
        lease_until = current_timestamp + interval '0.001' second * cast(? as bigint),
        first_attempt_at = coalesce(first_attempt_at, ?)
      where id = ?
      """;

  // What is locked is being completed at this moment, perhaps with others in another order: waiting
  // for it would be a deadlock now and then, and its lease does not matter any more.
  private static final String STILL_HELD =
      """
      select id from provisioning_request
      where id = any(?) and status = 'RUNNING'
      order by id
      for update skip locked
      """;

  private static final String RENEW =
      """
      update provisioning_request
      set lease_until = current_timestamp + interval '0.001' second * cast(? as bigint)
      where id = ? and lease_id = ? and status = 'RUNNING'
      """;

  /** A taken row whose payload is still sealed. */
  record TakenRow(
      long id,
      long leaseId,
      long accountId,
      Door door,
      @Nullable Long batchId,
      String idempotencyKey,
      int attempts,
      Instant createdAt,
      Instant firstAttemptAt,
      byte[] sealedPayload) {

    ClaimedRequest opened(ProvisioningRequest request) {
      return new ClaimedRequest(
          id, leaseId, door, batchId, idempotencyKey, attempts, createdAt, firstAttemptAt, request);
    }
  }

  private final SecureRandom leaseIds = new SecureRandom();
  private final Turns turns = new Turns();

  /**
   * What a claim took.
   *
   * @param drained the lanes that had less than was wanted of them
   */
  record Taken(List<TakenRow> rows, List<Long> drained) {}

  /**
   * @param dueLanes where something may be due, see {@link DueLanes}
   */
  SqlWork<Taken> claim(List<Long> dueLanes, int limit, Duration lease, Instant now) {
    return connection -> {
      List<TakenRow> taken = new ArrayList<>(limit);
      List<Long> drained = new ArrayList<>();
      try (PreparedStatement expired = connection.prepareStatement(EXPIRED)) {
        expired.setInt(1, limit);
        take(connection, expired, lease, now, taken);
      }
      List<Long> lanes = turns.order(dueLanes);
      while (taken.size() < limit && !lanes.isEmpty()) {
        int share = Math.max(1, (limit - taken.size()) / lanes.size());
        List<Long> moreToGive = new ArrayList<>();
        for (long lane : lanes) {
          int wanted = Math.min(share, limit - taken.size());
          if (wanted == 0) {
            break;
          }
          if (takeFrom(connection, lane, wanted, lease, now, taken) == wanted) {
            moreToGive.add(lane);
          } else {
            drained.add(lane);
          }
        }
        lanes = moreToGive;
      }
      return new Taken(taken, drained);
    };
  }

  SqlWork<Void> renew(List<ClaimedRequest> claims, Duration lease) {
    return connection -> {
      Set<Long> held = stillHeld(connection, claims);
      try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
        for (ClaimedRequest claim : claims) {
          if (!held.contains(claim.id())) {
            continue;
          }
          statement.setLong(1, lease.toMillis());
          statement.setLong(2, claim.id());
          statement.setLong(3, claim.leaseId());
          statement.addBatch();
        }
        statement.executeBatch();
      }
      return null;
    };
  }

  private static Set<Long> stillHeld(Connection connection, List<ClaimedRequest> claims)
      throws SQLException {
    Object[] ids = claims.stream().map(ClaimedRequest::id).toArray();
    Set<Long> held = new HashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(STILL_HELD)) {
      statement.setArray(1, connection.createArrayOf("bigint", ids));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          held.add(row.getLong("id"));
        }
      }
    }
    return held;
  }

  private int takeFrom(
      Connection connection,
      long lane,
      int wanted,
      Duration lease,
      Instant now,
      List<TakenRow> taken)
      throws SQLException {
    Object[] candidates = candidates(connection, lane, CANDIDATES * wanted, now);
    if (candidates.length == 0) {
      return 0;
    }
    try (PreparedStatement due = connection.prepareStatement(LOCK_DUE)) {
      due.setArray(1, connection.createArrayOf("bigint", candidates));
      due.setObject(2, utc(now));
      due.setInt(3, wanted);
      int got = take(connection, due, lease, now, taken);
      if (got > 0) {
        turns.served(lane);
      }
      return got;
    }
  }

  private static Object[] candidates(Connection connection, long lane, int limit, Instant now)
      throws SQLException {
    List<Long> ids = new ArrayList<>(limit);
    try (PreparedStatement due = connection.prepareStatement(DUE_OF_LANE)) {
      due.setLong(1, lane);
      due.setObject(2, utc(now));
      due.setInt(3, limit);
      try (ResultSet row = due.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
    }
    return ids.toArray();
  }

  /** Takes the rows that the query locks; answers how many. */
  private int take(
      Connection connection,
      PreparedStatement query,
      Duration lease,
      Instant now,
      List<TakenRow> taken)
      throws SQLException {
    int before = taken.size();
    // A lease id of 63 random bits is never seen twice, in whichever process.
    long leaseId = leaseIds.nextLong() & Long.MAX_VALUE;
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        taken.add(read(row, leaseId, now));
      }
    }
    List<TakenRow> rows = taken.subList(before, taken.size());
    if (rows.isEmpty()) {
      return 0;
    }
    try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
      for (TakenRow row : rows) {
        statement.setLong(1, leaseId);
        statement.setLong(2, lease.toMillis());
        statement.setObject(3, utc(now));
        statement.setLong(4, row.id());
        statement.addBatch();
      }
      statement.executeBatch();
    }
    return rows.size();
  }

  private static TakenRow read(ResultSet row, long leaseId, Instant now) throws SQLException {
    Instant firstAttemptAt = Timestamps.nullableInstant(row, "first_attempt_at");
    return new TakenRow(
        row.getLong("id"),
        leaseId,
        row.getLong("account_id"),
        Door.valueOf(row.getString("door")),
        row.getObject("batch_id", Long.class),
        row.getString("idempotency_key"),
        row.getInt("attempts") + 1,
        Timestamps.instant(row, "created_at"),
        firstAttemptAt == null ? now : firstAttemptAt,
        row.getBytes("sealed_payload"));
  }
}
