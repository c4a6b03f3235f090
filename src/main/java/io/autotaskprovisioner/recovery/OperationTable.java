package io.autotaskprovisioner.recovery;

import io.autotaskprovisioner.storage.BulkPiece;
import io.autotaskprovisioner.storage.PagedQuery;
import io.autotaskprovisioner.storage.PagedQuery.Part;
import io.autotaskprovisioner.storage.PagedQuery.Search;
import io.autotaskprovisioner.storage.SqlCondition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of {@code bulk_operation}, on the caller's connection. */
final class OperationTable {

  static final PagedQuery<Operation> OPERATIONS =
      new PagedQuery<>("*", "bulk_operation", "", "id", OperationTable::read, Operation::id);

  private static final int MAX_FAILURE = 2000;

  private static final String INSERT =
      """
      insert into bulk_operation (id, kind, account_id, requested_by, filter_json,
        rate_per_second, status, position, last_id, next_piece_at, created_at)
      values (?, ?, ?, ?, ?, ?, 'RUNNING', ?, ?, ?, ?)
      """;

  // The lock is all the lease there is: a piece and its progress are one transaction, so whoever
  // dies leaves nothing half done and nothing taken, and whoever comes later finds another
  // position.
  private static final String LOCK_DUE =
      """
      select * from bulk_operation
      where status = 'RUNNING' and next_piece_at <= ?
      order by status, next_piece_at
      limit 1 for update skip locked
      """;

  private static final String LOCK_ONE =
      """
      select * from bulk_operation
      where id = ? and status = 'RUNNING' and next_piece_at <= ?
      for update skip locked
      """;

  private static final String PROGRESS =
      """
      update bulk_operation
      set position = ?, matched = matched + ?, done = done + ?, next_piece_at = ?, next_due_at = ?,
        status = ?, finished_at = ?
      where id = ?
      """;

  private static final String END =
      """
      update bulk_operation set status = ?, failure = ?, finished_at = ?
      where id = ? and status = 'RUNNING'
      """;

  /** An operation that the caller's transaction has locked. */
  record Locked(Operation operation, BulkWork.Span span, @Nullable Instant nextDueAt) {}

  private OperationTable() {}

  static void insert(Connection connection, Operation operation, BulkWork.Span span)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setLong(1, operation.id());
      insert.setString(2, operation.kind().name());
      insert.setObject(3, operation.accountId());
      insert.setLong(4, operation.requestedBy());
      insert.setString(5, operation.filter().json());
      insert.setObject(6, operation.ratePerSecond());
      insert.setLong(7, span.position());
      insert.setLong(8, span.lastId());
      insert.setObject(9, utc(operation.nextPieceAt()));
      insert.setObject(10, utc(operation.createdAt()));
      insert.executeUpdate();
    }
  }

  /**
   * The operation that is due, or has been due for longest, for this transaction alone.
   *
   * @param id of the only one that is wanted; null for any
   */
  static Optional<Locked> lockDue(Connection connection, @Nullable Long id, Instant now)
      throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement(id == null ? LOCK_DUE : LOCK_ONE)) {
      int next = 1;
      if (id != null) {
        lock.setLong(next++, id);
      }
      lock.setObject(next, utc(now));
      try (ResultSet row = lock.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        return Optional.of(
            new Locked(
                read(row),
                new BulkWork.Span(row.getLong("position"), row.getLong("last_id")),
                instant(row, "next_due_at")));
      }
    }
  }

  static void progress(
      Connection connection,
      long id,
      BulkPiece piece,
      Instant nextPieceAt,
      @Nullable Instant nextDueAt,
      Instant now)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(PROGRESS)) {
      update.setLong(1, piece.position());
      update.setInt(2, piece.matched());
      update.setInt(3, piece.done());
      update.setObject(4, utc(nextPieceAt));
      update.setObject(5, utc(nextDueAt));
      OperationStatus status = piece.end() ? OperationStatus.FINISHED : OperationStatus.RUNNING;
      update.setString(6, status.name());
      update.setObject(7, utc(piece.end() ? now : null));
      update.setLong(8, id);
      update.executeUpdate();
    }
  }

  /** Ends one that runs; false where it has ended already. */
  static boolean end(
      Connection connection, long id, OperationStatus status, @Nullable String failure, Instant now)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(END)) {
      update.setString(1, status.name());
      update.setString(
          2,
          failure == null || failure.length() <= MAX_FAILURE
              ? failure
              : failure.substring(0, MAX_FAILURE));
      update.setObject(3, utc(now));
      update.setLong(4, id);
      return update.executeUpdate() == 1;
    }
  }

  /** Few enough that each is looked at: those of one kind of answer a person may want to see. */
  static Search search(
      @Nullable Long id, @Nullable Long requestedBy, @Nullable OperationStatus status) {
    SqlCondition all =
        SqlCondition.NONE
            .and("id = ?", id)
            .and("requested_by = ?", requestedBy)
            .and("status = ?", status);
    return new Search(List.of(new Part(all, "id")), SqlCondition.NONE);
  }

  private static Operation read(ResultSet row) throws SQLException {
    return new Operation(
        row.getLong("id"),
        OperationKind.valueOf(row.getString("kind")),
        row.getObject("account_id", Long.class),
        row.getLong("requested_by"),
        FilterWords.ofJson(row.getString("filter_json")),
        row.getObject("rate_per_second", Integer.class),
        OperationStatus.valueOf(row.getString("status")),
        row.getLong("matched"),
        row.getLong("done"),
        row.getObject("next_piece_at", OffsetDateTime.class).toInstant(),
        row.getString("failure"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(row, "finished_at"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }
}
