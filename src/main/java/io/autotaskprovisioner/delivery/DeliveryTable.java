package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.delivery.Claim.Claimed;
import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Claims of deliveries: who sends what, until when. Leases run on the database's clock, so that
 * processes with different clocks agree; when an attempt is due is decided by the injected one.
 * Thread-safe.
 */
final class DeliveryTable {

  // Both are ordered by the columns of the index delivery_due, which is read without sorting. Only
  // H2 sorts for a query FOR UPDATE, all that is due; so the first query finds the time up to which
  // the second looks: four claims' worth, that processes which claim at once all find some. Not one
  // query with the other inside it: H2 evaluates the inner one again for every row it locks.
  private static final String DUE_UP_TO =
      """
      select max(next_attempt_at) from (
        select next_attempt_at from delivery
        where destination = ? and status = 'PENDING' and next_attempt_at <= ?
        order by destination, status, next_attempt_at
        limit ?) first_due
      """;

  private static final String LOCK_DUE =
      """
      select id, event_id, attempts from delivery
      where destination = ? and status = 'PENDING' and next_attempt_at <= ?
      order by destination, status, next_attempt_at
      limit ? for update skip locked
      """;

  private static final String LOCK_PENDING =
      """
      select id from delivery
      where destination = ? and status = 'PENDING'
      limit ? for update skip locked
      """;

  private static final String LOCK_EXPIRED =
      """
      select id from delivery
      where destination = ? and status = 'SENDING' and lease_until < current_timestamp
      limit ? for update skip locked
      """;

  private static final String LEASE =
      """
      update delivery
      set status = 'SENDING', lease_id = ?,
        lease_until = current_timestamp + cast(? as integer) * interval '1' second
      where id = any(?)
      """;

  private static final String RENEW =
      """
      update delivery
      set lease_until = current_timestamp + cast(? as integer) * interval '1' second
      where destination = ? and status = 'SENDING' and lease_id = any(?)
      """;

  private static final String UNLEASE =
      """
      update delivery set status = 'PENDING', lease_id = null, lease_until = null where id = any(?)
      """;

  private static final String GIVE_UP =
      """
      update delivery set status = 'EXHAUSTED', last_error = ?, finished_at = ? where id = any(?)
      """;

  private static final String EVENTS =
      """
      select id, type, instance_id, occurred_at, data_json from event where id = any(?)
      """;

  private static final String DISABLED_REASON =
      "select reason from destination_state where destination = ?";

  private final Database database;
  private final Clock clock;
  private final int leaseSeconds;

  /**
   * @param lease at least one second; fractions are dropped
   */
  DeliveryTable(Database database, Clock clock, Duration lease) {
    this.database = database;
    this.clock = clock;
    this.leaseSeconds = Math.toIntExact(Math.max(1, lease.toSeconds()));
  }

  /**
   * Takes due deliveries of the destination, the longest due first. Where the destination is
   * disabled it gives up as many pending ones instead, so that they are visible.
   */
  Claim claim(String destination, int limit) {
    long leaseId = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    return database.transaction(
        connection -> {
          String disabledReason = disabledReason(connection, destination);
          if (disabledReason != null) {
            int exhausted = giveUpPending(connection, destination, limit, disabledReason);
            return new Claim(leaseId, true, exhausted, List.of());
          }
          List<Due> due = lockDue(connection, destination, limit);
          if (due.isEmpty()) {
            return new Claim(leaseId, false, 0, List.of());
          }
          lease(connection, due, leaseId);
          return new Claim(leaseId, false, 0, withEvents(connection, due, leaseId));
        });
  }

  /** Extends the leases from now on. */
  void renew(String destination, Set<Long> leaseIds) {
    database.transaction(
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(RENEW)) {
            update.setInt(1, leaseSeconds);
            update.setString(2, destination);
            update.setArray(3, connection.createArrayOf("bigint", leaseIds.toArray()));
            return update.executeUpdate();
          }
        });
  }

  /**
   * Makes deliveries claimable again whose process gave no sign of life within the lease.
   *
   * <p>Our choice: an attempt whose outcome was lost is not counted, since nobody knows whether it
   * took place.
   *
   * @return how many, at most {@code limit}
   */
  int releaseExpired(String destination, int limit) {
    return database.transaction(
        connection -> {
          Object[] ids = lockedIds(connection, LOCK_EXPIRED, destination, limit);
          if (ids.length == 0) {
            return 0;
          }
          try (PreparedStatement update = connection.prepareStatement(UNLEASE)) {
            update.setArray(1, connection.createArrayOf("bigint", ids));
            return update.executeUpdate();
          }
        });
  }

  private static @Nullable String disabledReason(Connection connection, String destination)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(DISABLED_REASON)) {
      query.setString(1, destination);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  private int giveUpPending(Connection connection, String destination, int limit, String reason)
      throws SQLException {
    Object[] ids = lockedIds(connection, LOCK_PENDING, destination, limit);
    if (ids.length == 0) {
      return 0;
    }
    try (PreparedStatement update = connection.prepareStatement(GIVE_UP)) {
      update.setString(1, "The destination is disabled: " + reason);
      update.setObject(2, now());
      update.setArray(3, connection.createArrayOf("bigint", ids));
      return update.executeUpdate();
    }
  }

  private static Object[] lockedIds(
      Connection connection, String sql, String destination, int limit) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, destination);
      query.setInt(2, limit);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getLong(1));
        }
      }
    }
    return ids.toArray();
  }

  private List<Due> lockDue(Connection connection, String destination, int limit)
      throws SQLException {
    OffsetDateTime upTo = dueUpTo(connection, destination, 4 * limit);
    if (upTo == null) {
      return List.of();
    }
    List<Due> due = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(LOCK_DUE)) {
      query.setString(1, destination);
      query.setObject(2, upTo);
      query.setInt(3, limit);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          due.add(new Due(rows.getLong(1), rows.getLong(2), rows.getInt(3)));
        }
      }
    }
    return due;
  }

  private @Nullable OffsetDateTime dueUpTo(Connection connection, String destination, int rows)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(DUE_UP_TO)) {
      query.setString(1, destination);
      query.setObject(2, now());
      query.setInt(3, rows);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getObject(1, OffsetDateTime.class);
      }
    }
  }

  private void lease(Connection connection, List<Due> due, long leaseId) throws SQLException {
    Object[] ids = due.stream().map(Due::id).toArray();
    try (PreparedStatement update = connection.prepareStatement(LEASE)) {
      update.setLong(1, leaseId);
      update.setInt(2, leaseSeconds);
      update.setArray(3, connection.createArrayOf("bigint", ids));
      update.executeUpdate();
    }
  }

  private static List<Claimed> withEvents(Connection connection, List<Due> due, long leaseId)
      throws SQLException {
    Map<Long, StoredEvent> events = new HashMap<>();
    Object[] ids = due.stream().map(Due::eventId).distinct().toArray();
    try (PreparedStatement query = connection.prepareStatement(EVENTS)) {
      query.setArray(1, connection.createArrayOf("bigint", ids));
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          long id = rows.getLong(1);
          events.put(
              id,
              new StoredEvent(
                  id,
                  rows.getString(2),
                  rows.getLong(3),
                  rows.getObject(4, OffsetDateTime.class).toInstant(),
                  rows.getString(5)));
        }
      }
    }
    return due.stream()
        .map(row -> new Claimed(row.id(), leaseId, row.attempts(), events.get(row.eventId())))
        .toList();
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  private record Due(long id, long eventId, int attempts) {}
}
