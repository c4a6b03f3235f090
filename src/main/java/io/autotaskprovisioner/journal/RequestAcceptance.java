package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.journal.Journal.Acceptance;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts prepared rows into the journal on the caller's connection. May run again: a row that is
 * already there under its id counts as put in.
 *
 * <p>A chunk costs one insert; a second look-up and insert only where a key was taken.
 */
final class RequestAcceptance {

  /** A key can be given up between the insert and the look-up, though hardly twice. */
  private static final int MAX_ROUNDS = 5;

  // The sum keeps H2 from bounding the index by the account: it would not look up each key then.
  static final String HOLDERS =
      """
      select id, active_key, payload_hash, instance_id, request_id, source_reference
      from provisioning_request
      where account_id + 0 = ? and active_key = any(?)
      """;

  private record Holder(
      long id,
      byte[] payloadHash,
      @Nullable Long instanceId,
      @Nullable String requestId,
      String sourceReference) {}

  private record AccountKey(long accountId, String key) {}

  private RequestAcceptance() {}

  static Acceptance accept(Connection connection, List<NewRow> prepared, Instant now)
      throws SQLException {
    ReadPosition position = ReadPosition.of(connection, prepared);
    List<NewRow> rows = RequestReplies.withoutRedelivered(connection, position.behind(prepared));
    List<NewRow> accepted = new ArrayList<>(rows.size());
    List<NewRow> pending = rows;
    for (int round = 1; !pending.isEmpty(); round++) {
      if (round > MAX_ROUNDS) {
        throw new IllegalStateException("Idempotency keys changed hands too often");
      }
      pending = insert(connection, pending, accepted, now);
    }
    BatchCounts counts = new BatchCounts();
    int[] byStatus = new int[RequestStatus.values().length];
    for (NewRow row : accepted) {
      counts.add(row.record().batchId(), row.status());
      byStatus[row.status().ordinal()]++;
    }
    RequestReplies.insert(connection, accepted, now);
    position.advance(connection, rows, now);
    counts.write(connection);
    return new Acceptance(
        byStatus[RequestStatus.WAITING.ordinal()],
        byStatus[RequestStatus.DUPLICATE.ordinal()],
        byStatus[RequestStatus.FAILED.ordinal()]);
  }

  /** Inserts the rows, adds what is in to {@code accepted}, answers what has to be tried again. */
  private static List<NewRow> insert(
      Connection connection, List<NewRow> rows, List<NewRow> accepted, Instant now)
      throws SQLException {
    if (RowInsert.insert(connection, rows, now)) {
      accepted.addAll(rows);
      return List.of();
    }
    Map<AccountKey, Holder> holders = holders(connection, rows);
    List<NewRow> again = new ArrayList<>();
    for (NewRow row : rows) {
      if (row.status() != RequestStatus.WAITING) {
        accepted.add(row);
        continue;
      }
      Holder holder =
          holders.get(
              new AccountKey(
                  row.record().accountId(), Objects.requireNonNull(row.idempotencyKey())));
      if (holder == null) {
        again.add(row);
      } else if (holder.id() == row.id()) {
        accepted.add(row);
      } else {
        again.add(kept(row, holder));
      }
    }
    return again;
  }

  /** What becomes of a row whose key another holds. */
  private static NewRow kept(NewRow row, Holder holder) {
    String name =
        Objects.requireNonNullElse(holder.requestId(), GeneratedRequestId.of(holder.id()));
    String who = "request %s (%s)".formatted(name, holder.sourceReference());
    if (!Arrays.equals(row.payloadHash(), holder.payloadHash())) {
      return row.failed(
          Failure.of(
              FailureClass.INVALID_REQUEST,
              "The requestId or message id is already used by %s, which asks for something else; give this one another requestId."
                  .formatted(who)));
    }
    return row.duplicateOf(
        holder.instanceId() == null
            ? "Repeats %s, which is still being worked on.".formatted(who)
            : "Repeats %s, which became instance %d.".formatted(who, holder.instanceId()),
        holder.instanceId());
  }

  private static Map<AccountKey, Holder> holders(Connection connection, List<NewRow> rows)
      throws SQLException {
    Map<Long, List<NewRow>> byAccount =
        rows.stream()
            .filter(row -> row.status() == RequestStatus.WAITING)
            .collect(Collectors.groupingBy(row -> row.record().accountId()));
    Map<AccountKey, Holder> holders = new HashMap<>();
    for (Map.Entry<Long, List<NewRow>> account : byAccount.entrySet()) {
      Object[] keys = account.getValue().stream().map(NewRow::idempotencyKey).distinct().toArray();
      try (PreparedStatement statement = connection.prepareStatement(HOLDERS)) {
        statement.setLong(1, account.getKey());
        statement.setArray(2, connection.createArrayOf("varchar", keys));
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            holders.put(
                new AccountKey(account.getKey(), row.getString("active_key")),
                new Holder(
                    row.getLong("id"),
                    row.getBytes("payload_hash"),
                    row.getObject("instance_id", Long.class),
                    row.getString("request_id"),
                    row.getString("source_reference")));
          }
        }
      }
    }
    return holders;
  }
}
