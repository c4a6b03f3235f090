package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.storage.SqlWork;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the journal already holds under the request ids that a chunk of records refers to. */
final class EarlierRequests {

  static final EarlierRequests NONE = new EarlierRequests(Map.of());

  // Two statements, not one with OR: H2 would scan the table. The sum is
  // explained in RequestAcceptance.
  static final String BY_REQUEST_ID =
      """
      select id, request_id, status, instance_id, sealed_payload, active_key
      from provisioning_request
      where account_id + 0 = ? and request_id = any(?)
        and status in ('WAITING', 'RUNNING', 'SUCCEEDED', 'FAILED')
      """;

  static final String BY_JOURNAL_ID =
      """
      select id, request_id, status, instance_id, sealed_payload, active_key
      from provisioning_request
      where account_id = ? and id = any(?) and request_id is null
      """;

  /**
   * One row that bears the request id.
   *
   * @param sealedPayload null where it was wiped
   * @param holdsKey false where it failed, or where the instance it made is gone
   */
  record Earlier(
      long id,
      @Nullable String requestId,
      RequestStatus status,
      @Nullable Long instanceId,
      byte @Nullable [] sealedPayload,
      boolean holdsKey) {}

  private record Reference(long accountId, String requestId) {}

  private final Map<Reference, List<Earlier>> newestFirst;

  private EarlierRequests(Map<Reference, List<Earlier>> newestFirst) {
    this.newestFirst = newestFirst;
  }

  /** Looks up the ids, grouped by account; two statements an account. */
  static SqlWork<EarlierRequests> find(Map<Long, Set<String>> requestIdsByAccount) {
    return connection -> {
      Map<Reference, List<Earlier>> found = new HashMap<>();
      for (Map.Entry<Long, Set<String>> account : requestIdsByAccount.entrySet()) {
        long accountId = account.getKey();
        List<Earlier> rows = new ArrayList<>();
        read(connection, BY_REQUEST_ID, accountId, "varchar", account.getValue(), rows);
        Set<Long> journalIds = new TreeSet<>();
        account
            .getValue()
            .forEach(id -> GeneratedRequestId.journalId(id).ifPresent(journalIds::add));
        read(connection, BY_JOURNAL_ID, accountId, "bigint", journalIds, rows);
        rows.sort(Comparator.comparingLong(Earlier::id).reversed());
        for (Earlier row : rows) {
          String name =
              Objects.requireNonNullElse(row.requestId(), GeneratedRequestId.of(row.id()));
          found.computeIfAbsent(new Reference(accountId, name), key -> new ArrayList<>()).add(row);
        }
      }
      return new EarlierRequests(found);
    };
  }

  /** The rows of that name, newest first. */
  List<Earlier> of(long accountId, String requestId) {
    return newestFirst.getOrDefault(new Reference(accountId, requestId), List.of());
  }

  /** Whether the id is the generated name of a row of this account, not one the caller chose. */
  boolean isGenerated(long accountId, String requestId) {
    return of(accountId, requestId).stream().anyMatch(row -> row.requestId() == null);
  }

  private static void read(
      Connection connection,
      String sql,
      long accountId,
      String type,
      Collection<?> values,
      List<Earlier> rows)
      throws SQLException {
    if (values.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, accountId);
      statement.setArray(2, connection.createArrayOf(type, values.toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          rows.add(
              new Earlier(
                  row.getLong("id"),
                  row.getString("request_id"),
                  RequestStatus.valueOf(row.getString("status")),
                  row.getObject("instance_id", Long.class),
                  row.getBytes("sealed_payload"),
                  row.getString("active_key") != null));
        }
      }
    }
  }
}
