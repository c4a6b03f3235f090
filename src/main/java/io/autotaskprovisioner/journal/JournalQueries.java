package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.storage.SqlWork;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads journal rows as {@link JournalEntry}, page by page, keyed by id. Thread-safe. */
final class JournalQueries {

  private static final String COLUMNS =
      """
      select id, account_id, door, batch_id, record_number, source_reference, request_id, name,
        user_name, status, attempts, next_attempt_at, failure_class, failure_message,
        provider_message, instance_id, sealed_record, created_at, finished_at
      from provisioning_request
      where id > ?
      """;

  private final SealedPayloads payloads;

  JournalQueries(SealedPayloads payloads) {
    this.payloads = payloads;
  }

  SqlWork<List<JournalEntry>> page(JournalFilter filter, long afterId, int limit) {
    FilterClause clause = FilterClause.of(filter);
    String sql = sql(filter);
    return connection -> {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setLong(1, afterId);
        int next = clause.set(statement, 2);
        statement.setInt(next, limit);
        List<JournalEntry> entries = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            entries.add(read(row));
          }
        }
        return entries;
      }
    };
  }

  /** The parameters are the id to begin after, those of the filter, and the number of rows. */
  static String sql(JournalFilter filter) {
    return COLUMNS + FilterClause.of(filter).sql() + " order by " + order(filter) + " limit ?";
  }

  // The order is that of the ids, since the other columns are constant; named like an index it
  // makes
  // H2 read that index, where it would sort all rows behind the page, on disk, for each page.
  private static String order(JournalFilter filter) {
    if (filter.id() != null || filter.status() == null) {
      return "id";
    }
    if (filter.batchId() != null) {
      return "batch_id, status, id";
    }
    return filter.accountId() != null ? "account_id, status, id" : "id";
  }

  private JournalEntry read(ResultSet row) throws SQLException {
    long id = row.getLong("id");
    String requestId = row.getString("request_id");
    String failureClass = row.getString("failure_class");
    return new JournalEntry(
        id,
        row.getLong("account_id"),
        Door.valueOf(row.getString("door")),
        row.getObject("batch_id", Long.class),
        row.getObject("record_number", Long.class),
        row.getString("source_reference"),
        requestId == null ? GeneratedRequestId.of(id) : requestId,
        row.getString("name"),
        row.getString("user_name"),
        RequestStatus.valueOf(row.getString("status")),
        row.getInt("attempts"),
        Timestamps.instant(row, "next_attempt_at"),
        failureClass == null ? null : FailureClass.valueOf(failureClass),
        row.getString("failure_message"),
        row.getString("provider_message"),
        row.getObject("instance_id", Long.class),
        payloads.openOriginal(id, row.getBytes("sealed_record")),
        Timestamps.instant(row, "created_at"),
        Timestamps.nullableInstant(row, "finished_at"));
  }
}
