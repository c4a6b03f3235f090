package io.autotaskprovisioner.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads rows of the audit table by filter. */
final class AuditQuery {

  private static final String LIST =
      """
      select id, occurred_at, ended_at, account_id, place, request_id, act, target_kind, target,
        outcome, status_code, affected
      from audit where id < ?%s
      order by id desc limit ?
      """;

  private final StringBuilder sql = new StringBuilder();
  private final List<Object> values = new ArrayList<>();

  private AuditQuery(AuditFilter filter) {
    add(" and account_id = ?", filter.accountId());
    add(" and act = ?", filter.act() == null ? null : filter.act().name());
    add(" and target_kind = ?", filter.targetKind());
    add(" and target = ?", filter.target());
    add(" and outcome = ?", filter.outcome() == null ? null : filter.outcome().name());
    add(" and occurred_at >= ?", utc(filter.from()));
    add(" and occurred_at < ?", utc(filter.to()));
  }

  static List<AuditEntry> list(Connection connection, AuditFilter filter, long beforeId, int limit)
      throws SQLException {
    AuditQuery query = new AuditQuery(filter);
    List<AuditEntry> entries = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(LIST.formatted(query.sql))) {
      int index = 1;
      select.setLong(index++, beforeId);
      for (Object value : query.values) {
        select.setObject(index++, value);
      }
      select.setInt(index, limit);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          entries.add(entry(rows));
        }
      }
    }
    return entries;
  }

  private void add(String condition, @Nullable Object value) {
    if (value != null) {
      sql.append(condition);
      values.add(value);
    }
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  private static AuditEntry entry(ResultSet row) throws SQLException {
    OffsetDateTime ended = row.getObject("ended_at", OffsetDateTime.class);
    return new AuditEntry(
        row.getLong("id"),
        row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
        ended == null ? null : ended.toInstant(),
        new AuditOrigin(
            row.getObject("account_id", Long.class),
            row.getString("place"),
            row.getString("request_id")),
        row.getString("act"),
        row.getString("target_kind"),
        row.getString("target"),
        AuditOutcome.valueOf(row.getString("outcome")),
        row.getObject("status_code", Integer.class),
        row.getObject("affected", Long.class));
  }
}
