package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.instance.TenantFacts.Answer;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The work of learning what tenants say, as rows of the table {@code tenant}: claimed under a lease
 * on the database's clock, settled only while that lease is held. Thread-safe; every method runs in
 * the caller's transaction.
 */
public final class TenantClaims {

  private static final int MAX_FAILURE = 2000;

  // Two statements, because H2 locks every due row for an ordered query FOR UPDATE; and a union,
  // not an OR, for which H2 would read every tenant there is.
  static final String DUE =
      """
      select database_id, next_attempt_at from tenant
      where status = 'WAITING' and next_attempt_at <= ?
      union all
      select database_id, next_attempt_at from tenant
      where status = 'RUNNING' and lease_until < current_timestamp
      order by next_attempt_at limit ?
      """;

  private static final String LOCK =
      """
      select * from tenant
      where database_id = any(?)
        and (status = 'WAITING' and next_attempt_at <= ?
          or status = 'RUNNING' and lease_until < current_timestamp)
      limit ?
      for update skip locked
      """;

  private static final String TAKE =
      """
      update tenant set status = 'RUNNING', attempts = attempts + 1, lease_id = ?,
        lease_until = current_timestamp + interval '0.001' second * cast(? as bigint)
      where database_id = ?
      """;

  private static final String SETTLE =
      """
      update tenant set status = ?, next_attempt_at = ?, lease_id = null, lease_until = null,
        version_answer = ?, product_version = ?, company_answer = ?, company_name = ?,
        failure = ?, finished_at = ?
      where database_id = ? and lease_id = ? and status = 'RUNNING'
      """;

  /** So many times what it wants a claim looks at, so that several processes all find some. */
  private static final int CANDIDATES = 4;

  private final SecureRandom leaseIds = new SecureRandom();

  /** Takes tenants that are due, and those whose lease ended, under a lease of this length. */
  public List<TenantWork> claim(Connection connection, int limit, Duration lease, Instant now)
      throws SQLException {
    Object[] due = due(connection, limit * CANDIDATES, now);
    if (due.length == 0) {
      return List.of();
    }
    long leaseId = leaseIds.nextLong() & Long.MAX_VALUE;
    List<TenantWork> taken = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(LOCK)) {
      select.setArray(1, connection.createArrayOf("bigint", due));
      select.setObject(2, utc(now));
      select.setInt(3, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          taken.add(
              new TenantWork(
                  row.getLong("database_id"),
                  leaseId,
                  row.getInt("attempts") + 1,
                  Tenants.facts(row),
                  row.getObject("noted_at", OffsetDateTime.class).toInstant()));
        }
      }
    }
    try (PreparedStatement update = connection.prepareStatement(TAKE)) {
      for (TenantWork work : taken) {
        update.setLong(1, leaseId);
        update.setLong(2, lease.toMillis());
        update.setLong(3, work.databaseId());
        update.addBatch();
      }
      update.executeBatch();
    }
    return taken;
  }

  /** Every question has its answer. False if the claim is no longer the caller's. */
  public boolean finish(Connection connection, TenantWork work, TenantFacts facts, Instant now)
      throws SQLException {
    return settle(connection, work, "FINISHED", facts, null, now, now);
  }

  /** Asks again at the given time for what is missing. False as in {@link #finish}. */
  public boolean postpone(
      Connection connection, TenantWork work, TenantFacts facts, String failure, Instant until)
      throws SQLException {
    return settle(connection, work, "WAITING", facts, failure, until, null);
  }

  /** Asks no more until a further instance of the tenant is stored. False as in {@link #finish}. */
  public boolean giveUp(
      Connection connection, TenantWork work, TenantFacts facts, String failure, Instant now)
      throws SQLException {
    return settle(connection, work, "FAILED", facts, failure, now, now);
  }

  private static boolean settle(
      Connection connection,
      TenantWork work,
      String status,
      TenantFacts facts,
      @Nullable String failure,
      Instant nextAttemptAt,
      @Nullable Instant finishedAt)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(SETTLE)) {
      int i = 0;
      update.setString(++i, status);
      update.setObject(++i, utc(nextAttemptAt));
      update.setString(++i, name(facts.versionAnswer()));
      update.setString(++i, facts.productVersion());
      update.setString(++i, name(facts.companyAnswer()));
      update.setString(++i, facts.companyName());
      update.setString(
          ++i,
          failure == null ? null : failure.substring(0, Math.min(MAX_FAILURE, failure.length())));
      update.setObject(++i, finishedAt == null ? null : utc(finishedAt));
      update.setLong(++i, work.databaseId());
      update.setLong(++i, work.leaseId());
      return update.executeUpdate() == 1;
    }
  }

  private static Object[] due(Connection connection, int limit, Instant now) throws SQLException {
    List<Long> ids = new ArrayList<>(limit);
    try (PreparedStatement select = connection.prepareStatement(DUE)) {
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

  private static @Nullable String name(@Nullable Answer answer) {
    return answer == null ? null : answer.name();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
