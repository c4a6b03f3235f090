package io.autotaskprovisioner.audit;

import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The table of administrative acts. A row is committed before its act begins, so that no act is
 * without a row, and gets its outcome once, after it; or row and act are one transaction. Nothing
 * here removes a row or changes another column: the housekeeping prunes by age.
 *
 * <p>Rows hold ids, names and filters, never a secret or a value of a configuration: callers see to
 * that. Thread-safe.
 */
public final class AuditTrail {

  private static final int LONGEST_PLACE = 200;
  private static final int LONGEST_TARGET = 500;

  private static final String NEXT_ID = "select nextval('audit_ids')";

  private static final String INSERT =
      """
      insert into audit (id, occurred_at, ended_at, account_id, place, request_id, act,
        target_kind, target, outcome, status_code, affected)
      values (?, current_timestamp, %s, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String INSERT_BEGUN = INSERT.formatted("null");
  private static final String INSERT_ENDED = INSERT.formatted("current_timestamp");

  private static final String END =
      """
      update audit
      set ended_at = current_timestamp, outcome = ?, status_code = ?, affected = ?,
        target = coalesce(?, target)
      where id = ? and outcome = 'BEGUN'
      """;

  private final Database database;

  public AuditTrail(Database database) {
    this.database = database;
  }

  /**
   * Writes that an act is about to be done. The act may begin only when this has completed: an act
   * that cannot be written down is not done. May be called on an event loop.
   *
   * @param target an id, a name or a filter; null where there is none or it is not known yet
   * @return the id of the row, for {@link #end}
   */
  public CompletableFuture<Long> begin(
      AuditedAct act, AuditOrigin origin, @Nullable String target) {
    AuditEnd none = new AuditEnd(AuditOutcome.BEGUN, null, null, target);
    return database.write(
        connection -> insert(connection, INSERT_BEGUN, act, origin, none), database.patience());
  }

  /** Writes how the act ended, once. May be called on an event loop. */
  public CompletableFuture<Void> end(long id, AuditEnd end) {
    return database.write(
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(END)) {
            update.setString(1, end.outcome().name());
            update.setObject(2, end.statusCode(), Types.INTEGER);
            update.setObject(3, end.affected(), Types.BIGINT);
            update.setString(4, shortened(end.target(), LONGEST_TARGET));
            update.setLong(5, id);
            update.executeUpdate();
          }
          return null;
        });
  }

  /** Writes an act with its end in a transaction of its own: one that was refused, say. */
  public CompletableFuture<Void> record(AuditedAct act, AuditOrigin origin, AuditEnd end) {
    return database.write(
        connection -> {
          record(connection, act, origin, end);
          return null;
        });
  }

  /**
   * Writes an act with its end in the transaction of the act: both are committed or neither is.
   *
   * @throws SQLException if the database refuses
   */
  public static void record(Connection connection, AuditedAct act, AuditOrigin origin, AuditEnd end)
      throws SQLException {
    insert(connection, INSERT_ENDED, act, origin, end);
  }

  /**
   * Newest first.
   *
   * @param beforeId the id before which the list begins; {@link Long#MAX_VALUE} for its start
   */
  public List<AuditEntry> list(AuditFilter filter, long beforeId, int limit) {
    return database.query(connection -> AuditQuery.list(connection, filter, beforeId, limit));
  }

  private static long insert(
      Connection connection, String sql, AuditedAct act, AuditOrigin origin, AuditEnd end)
      throws SQLException {
    // Not by blocks: ids of all nodes follow time, and newest first is by id.
    long id;
    try (PreparedStatement next = connection.prepareStatement(NEXT_ID);
        ResultSet row = next.executeQuery()) {
      row.next();
      id = row.getLong(1);
    }
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setLong(1, id);
      insert.setObject(2, origin.accountId(), Types.BIGINT);
      insert.setString(3, shortened(origin.place(), LONGEST_PLACE));
      insert.setString(4, origin.requestId());
      insert.setString(5, act.name());
      insert.setString(6, act.targetKind());
      insert.setString(7, shortened(end.target(), LONGEST_TARGET));
      insert.setString(8, end.outcome().name());
      insert.setObject(9, end.statusCode(), Types.INTEGER);
      insert.setObject(10, end.affected(), Types.BIGINT);
      insert.executeUpdate();
    }
    return id;
  }

  /** What fits, without control characters: PostgreSQL takes no NUL, and a terminal shows it. */
  private static @Nullable String shortened(@Nullable String text, int longest) {
    if (text == null) {
      return null;
    }
    String cut = text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    return cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}]", "?");
  }
}
