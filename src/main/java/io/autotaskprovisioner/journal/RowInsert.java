package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Inserts rows into the journal, many in one round trip. */
final class RowInsert {

  private static final String INSERT =
      """
      insert into provisioning_request (id, account_id, door, batch_id, lane, record_number,
        source_reference, request_id, idempotency_key, active_key, payload_hash, sealed_payload,
        sealed_record, name, user_name, element_key, status, next_attempt_at, failure_class, failure_message,
        provider_message, instance_id, created_at, finished_at)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      on conflict do nothing
      """;

  private static final int MAX_SOURCE_REFERENCE = 1024;
  private static final int MAX_MESSAGE = 2000;

  private RowInsert() {}

  /**
   * Inserts the rows that neither their id nor their active key keeps out.
   *
   * @return whether all of them are certain to be in; a driver that rewrites batches does not say
   */
  static boolean insert(Connection connection, List<NewRow> rows, Instant now) throws SQLException {
    if (rows.isEmpty()) {
      return true;
    }
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      for (NewRow row : rows) {
        set(statement, row, now);
        statement.addBatch();
      }
      for (int count : statement.executeBatch()) {
        if (count != 1) {
          return false;
        }
      }
      return true;
    }
  }

  /** The text without NUL, which PostgreSQL refuses, and cut to the column. */
  static String fit(String text, int maxLength) {
    String clean = text.replace("\0", "");
    return clean.length() <= maxLength ? clean : clean.substring(0, maxLength - 1) + "…";
  }

  static @Nullable String message(@Nullable String text) {
    return text == null ? null : fit(text, MAX_MESSAGE);
  }

  private static void set(PreparedStatement statement, NewRow row, Instant now)
      throws SQLException {
    JournalRecord record = row.record();
    boolean waiting = row.status() == RequestStatus.WAITING;
    Failure failure = row.failure();
    int i = 0;
    statement.setLong(++i, row.id());
    statement.setLong(++i, record.accountId());
    statement.setString(++i, record.door().name());
    statement.setObject(++i, record.batchId());
    statement.setLong(++i, Lanes.of(record.door(), record.batchId()));
    statement.setObject(++i, record.recordNumber());
    statement.setString(++i, fit(record.sourceReference(), MAX_SOURCE_REFERENCE));
    statement.setString(++i, row.requestId());
    statement.setString(++i, row.idempotencyKey());
    statement.setString(++i, waiting ? row.idempotencyKey() : null);
    statement.setBytes(++i, row.payloadHash());
    statement.setBytes(++i, row.sealedPayload());
    statement.setBytes(++i, row.sealedOriginal());
    statement.setString(++i, row.name());
    statement.setString(++i, row.userName());
    statement.setString(++i, row.elementKey());
    statement.setString(++i, row.status().name());
    statement.setObject(++i, utc(row.nextAttemptAt()));
    statement.setString(++i, failure == null ? null : failure.failureClass().name());
    statement.setString(++i, message(failure == null ? row.note() : failure.message()));
    statement.setString(++i, message(failure == null ? null : failure.providerMessage()));
    statement.setObject(++i, row.instanceId());
    statement.setObject(++i, utc(now));
    statement.setObject(++i, utc(waiting ? null : now));
  }
}
