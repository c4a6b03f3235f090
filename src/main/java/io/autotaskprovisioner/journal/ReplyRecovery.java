package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.journal.ReplyFilter.ReplyStatus;
import io.autotaskprovisioner.storage.BulkPiece;
import io.autotaskprovisioner.storage.PagedQuery;
import io.autotaskprovisioner.storage.PagedQuery.Direction;
import io.autotaskprovisioner.storage.PagedQuery.Look;
import io.autotaskprovisioner.storage.PagedQuery.Part;
import io.autotaskprovisioner.storage.PagedQuery.Search;
import io.autotaskprovisioner.storage.SqlCondition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** Finds replies that were not sent, has them sent again, or gives them up. */
final class ReplyRecovery {

  static final PagedQuery<ReplyEntry> ENTRIES =
      new PagedQuery<>(
          """
          r.request_id, r.account_id, r.refused, r.destination, r.topic, r.correlation_id,
            r.attempts, r.last_error, r.due_at, r.refused_at
          """,
          "queue_reply r",
          "",
          "r.request_id",
          ReplyRecovery::read,
          ReplyEntry::request);

  private static final String RETRY =
      """
      update queue_reply
      set due_at = ?, attempts = 0, refused = false, refused_at = null
      where request_id = ? and refused
      """;

  // One that is being sent right now goes out.
  private static final String DISCARD =
      """
      update queue_reply
      set due_at = null, refused = false, refused_at = null, lease_id = null, lease_until = null
      where request_id = ? and (refused or due_at is not null)
        and (lease_until is null or lease_until < current_timestamp)
      """;

  private ReplyRecovery() {}

  static Search search(ReplyFilter filter) {
    List<Part> parts =
        Stream.of(ReplyStatus.values())
            .filter(status -> filter.status() == null || filter.status() == status)
            .map(ReplyRecovery::part)
            .toList();
    SqlCondition further =
        SqlCondition.NONE
            .and("r.request_id = ?", filter.request())
            .and("r.account_id = ?", filter.accountId())
            .and("r.destination = ?", filter.destination())
            .and(
                "position(cast(? as varchar) in lower(r.last_error)) > 0",
                filter.error() == null ? null : filter.error().toLowerCase(Locale.ROOT));
    return new Search(
        parts,
        new SqlCondition(" and (r.refused or r.due_at is not null)", List.of()).and(further));
  }

  private static Part part(ReplyStatus status) {
    return new Part(
        SqlCondition.NONE.and("r.refused = ?", status == ReplyStatus.REFUSED),
        "r.refused, r.request_id");
  }

  /** One piece, newest first, on the caller's connection. */
  static BulkPiece retry(
      Connection connection, ReplyFilter filter, long belowId, int limit, IntFunction<Instant> due)
      throws SQLException {
    Look<ReplyEntry> look =
        ENTRIES.look(connection, search(filter), Direction.FALLING, belowId, limit);
    int done = 0;
    try (PreparedStatement update = connection.prepareStatement(RETRY)) {
      for (ReplyEntry entry : look.rows()) {
        update.setObject(1, utc(due.apply(done)));
        update.setLong(2, entry.request());
        done += update.executeUpdate();
      }
    }
    return new BulkPiece(look.rows().size(), done, look.position(), look.end());
  }

  static BulkPiece discard(Connection connection, ReplyFilter filter, long belowId, int limit)
      throws SQLException {
    Look<ReplyEntry> look =
        ENTRIES.look(connection, search(filter), Direction.FALLING, belowId, limit);
    int done = 0;
    try (PreparedStatement update = connection.prepareStatement(DISCARD)) {
      for (ReplyEntry entry : look.rows()) {
        update.setLong(1, entry.request());
        done += update.executeUpdate();
      }
    }
    return new BulkPiece(look.rows().size(), done, look.position(), look.end());
  }

  private static ReplyEntry read(ResultSet row) throws SQLException {
    return new ReplyEntry(
        row.getLong("request_id"),
        row.getLong("account_id"),
        row.getBoolean("refused") ? ReplyStatus.REFUSED : ReplyStatus.WAITING,
        row.getString("destination"),
        row.getBoolean("topic"),
        row.getString("correlation_id"),
        row.getInt("attempts"),
        row.getString("last_error"),
        Timestamps.nullableInstant(row, "due_at"),
        Timestamps.nullableInstant(row, "refused_at"));
  }
}
