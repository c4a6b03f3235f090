package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.instance.TenantFacts.Answer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
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

  /**
   * Notes that the tenant is to be asked, unless it was; one that was given up is asked again, with
   * the new instance's login. May run twice.
   *
   * @return what is known of it
   */
  public TenantFacts note(Connection connection, long databaseId, Instant now) throws SQLException {
    Optional<TenantFacts> known = facts(connection, databaseId);
    if (known.isEmpty()) {
      try (PreparedStatement insert = connection.prepareStatement(NOTE)) {
        insert.setLong(1, databaseId);
        insert.setObject(2, utc(now));
        insert.setObject(3, utc(now));
        insert.executeUpdate();
      }
      return TenantFacts.NONE;
    }
    try (PreparedStatement update = connection.prepareStatement(NOTE_AGAIN)) {
      update.setObject(1, utc(now));
      update.setObject(2, utc(now));
      update.setLong(3, databaseId);
      update.executeUpdate();
    }
    return known.get();
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
