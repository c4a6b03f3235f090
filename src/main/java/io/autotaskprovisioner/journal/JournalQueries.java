package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.storage.PagedQuery;
import io.autotaskprovisioner.storage.PagedQuery.Part;
import io.autotaskprovisioner.storage.PagedQuery.Search;
import io.autotaskprovisioner.storage.SqlCondition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;

/** Finds journal rows by filter, and reads them as {@link JournalEntry}. Thread-safe. */
final class JournalQueries {

  static final String TABLE = "provisioning_request";

  private static final String COLUMNS =
      """
      id, account_id, door, batch_id, record_number, source_reference, request_id, name,
        user_name, element_key, status, attempts, next_attempt_at, failure_class, failure_message,
        provider_message, instance_id, sealed_record, created_at, finished_at,
        case when sealed_payload is null then false else true end as payload_kept
      """;

  // The second is a request whose caller gave it no id: it bears the number of its row.
  private static final String OF_REQUEST_ID =
      """
       and id in (
        select own.id from provisioning_request own
        where own.account_id in (select id from account) and own.request_id = ?
        union all
        select other.id from provisioning_request other
        where other.id = ? and other.request_id is null)
      """;

  private final SealedPayloads payloads;

  JournalQueries(SealedPayloads payloads) {
    this.payloads = payloads;
  }

  PagedQuery<JournalEntry> entries() {
    return new PagedQuery<>(COLUMNS, TABLE, "", "id", this::read, JournalEntry::id);
  }

  /** What the filter looks for, led by the index that narrows it most. */
  static Search search(JournalFilter filter) {
    SqlCondition further =
        SqlCondition.NONE
            .and("failure_class = ?", filter.failureClass())
            .and("door = ?", filter.door())
            .and("element_key = ?", filter.element())
            .and("created_at >= ?", utc(filter.from()))
            .and("created_at < ?", utc(filter.to()))
            .and(
                "(position(cast(? as varchar) in lower(name)) > 0"
                    + " or position(cast(? as varchar) in lower(user_name)) > 0)",
                filter.text() == null ? null : filter.text().toLowerCase(Locale.ROOT));
    SqlCondition status = SqlCondition.NONE.and("status = ?", filter.status());
    SqlCondition account = SqlCondition.NONE.and("account_id = ?", filter.accountId());
    SqlCondition batch = SqlCondition.NONE.and("batch_id = ?", filter.batchId());
    if (filter.id() != null || filter.requestId() != null) {
      SqlCondition one = SqlCondition.NONE.and("id = ?", filter.id()).and(ofRequestId(filter));
      // So few rows that each is looked at.
      return new Search(
          List.of(new Part(one.and(account).and(batch).and(status).and(further), "id")),
          SqlCondition.NONE);
    }
    if (filter.suspendedCode() != null) {
      byte[] code = HexFormat.of().parseHex(filter.suspendedCode());
      return new Search(
          List.of(new Part(SqlCondition.NONE.and("rejected_code = ?", code), "rejected_code, id")),
          account.and(batch).and(status).and(further));
    }
    if (filter.batchId() != null) {
      return byStatus(filter, batch, "batch_id, status, id", account.and(further));
    }
    if (filter.accountId() != null) {
      return byStatus(filter, account, "account_id, status, id", further);
    }
    return filter.status() == null
        ? new Search(List.of(new Part(SqlCondition.NONE, "id")), further)
        : new Search(List.of(new Part(status, "status, id")), further);
  }

  private static Search byStatus(
      JournalFilter filter, SqlCondition first, String order, SqlCondition further) {
    List<RequestStatus> statuses =
        filter.status() == null ? Arrays.asList(RequestStatus.values()) : List.of(filter.status());
    Function<RequestStatus, Part> part = status -> new Part(first.and("status = ?", status), order);
    return new Search(statuses.stream().map(part).toList(), further);
  }

  private static SqlCondition ofRequestId(JournalFilter filter) {
    if (filter.requestId() == null) {
      return SqlCondition.NONE;
    }
    OptionalLong row = GeneratedRequestId.journalId(filter.requestId());
    return new SqlCondition(OF_REQUEST_ID, List.of(filter.requestId(), row.orElse(-1)));
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
        row.getString("element_key"),
        RequestStatus.valueOf(row.getString("status")),
        row.getInt("attempts"),
        Timestamps.instant(row, "next_attempt_at"),
        failureClass == null ? null : FailureClass.valueOf(failureClass),
        row.getString("failure_message"),
        row.getString("provider_message"),
        row.getObject("instance_id", Long.class),
        payloads.openOriginal(id, row.getBytes("sealed_record")),
        row.getBoolean("payload_kept"),
        Timestamps.instant(row, "created_at"),
        Timestamps.nullableInstant(row, "finished_at"));
  }
}
