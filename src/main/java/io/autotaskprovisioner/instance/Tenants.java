package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.instance.TenantFacts.Answer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each tenant database: the table {@code tenant}. The work of learning it is
 * {@link TenantClaims}. Thread-safe; every method runs in the caller's transaction.
 */
public final class Tenants {

  private static final String NOTE =
      """
      insert into tenant (database_id, status, next_attempt_at, noted_at)
      values (?, 'WAITING', ?, ?)
      on conflict do nothing
      """;

  private static final String NOTE_AGAIN =
      """
      update tenant set status = 'WAITING', attempts = 0, next_attempt_at = ?, noted_at = ?
      where database_id = ? and status = 'FAILED'
      """;

  private static final String KNOWN = "select * from tenant where database_id = any(?)";

  /**
   * Notes that the tenant is to be asked, unless it was; one that was given up is asked again, with
   * the new instance's login. May run twice.
   *
   * @return what is known of it
   */
  public TenantFacts note(Connection connection, long databaseId, Instant now) throws SQLException {
    return note(connection, Map.of(databaseId, now)).get(databaseId);
  }

  /**
   * The same of many.
   *
   * @param seen when, by database id
   */
  public Map<Long, TenantFacts> note(Connection connection, Map<Long, Instant> seen)
      throws SQLException {
    // In one order everywhere, so that no two processes wait for each other.
    Map<Long, Instant> unknown = new TreeMap<>(seen);
    Map<Long, Instant> givenUp = new TreeMap<>();
    Map<Long, TenantFacts> facts = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(KNOWN)) {
      select.setArray(1, connection.createArrayOf("bigint", unknown.keySet().toArray()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          long databaseId = row.getLong("database_id");
          facts.put(databaseId, facts(row));
          Instant now = unknown.remove(databaseId);
          if (row.getString("status").equals("FAILED")) {
            givenUp.put(databaseId, now);
          }
        }
      }
    }
    unknown.keySet().forEach(databaseId -> facts.put(databaseId, TenantFacts.NONE));
    insert(connection, unknown);
    noteAgain(connection, givenUp);
    return facts;
  }

  private static void insert(Connection connection, Map<Long, Instant> unknown)
      throws SQLException {
    if (unknown.isEmpty()) {
      return;
    }
    try (PreparedStatement insert = connection.prepareStatement(NOTE)) {
      for (Map.Entry<Long, Instant> tenant : unknown.entrySet()) {
        insert.setLong(1, tenant.getKey());
        insert.setObject(2, utc(tenant.getValue()));
        insert.setObject(3, utc(tenant.getValue()));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void noteAgain(Connection connection, Map<Long, Instant> givenUp)
      throws SQLException {
    if (givenUp.isEmpty()) {
      return;
    }
    try (PreparedStatement update = connection.prepareStatement(NOTE_AGAIN)) {
      for (Map.Entry<Long, Instant> tenant : givenUp.entrySet()) {
        update.setObject(1, utc(tenant.getValue()));
        update.setObject(2, utc(tenant.getValue()));
        update.setLong(3, tenant.getKey());
        update.addBatch();
      }
      update.executeBatch();
    }
  }

  /** What is known of the tenant; empty where nothing was noted of it. */
  public Optional<TenantFacts> facts(Connection connection, long databaseId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("select * from tenant where database_id = ?")) {
      select.setLong(1, databaseId);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(facts(row)) : Optional.empty();
      }
    }
  }

  static TenantFacts facts(ResultSet row) throws SQLException {
    return new TenantFacts(
        answer(row.getString("version_answer")),
        row.getString("product_version"),
        answer(row.getString("company_answer")),
        row.getString("company_name"));
  }

  private static @Nullable Answer answer(@Nullable String name) {
    return name == null ? null : Answer.valueOf(name);
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
