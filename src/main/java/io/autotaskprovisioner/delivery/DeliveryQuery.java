package io.autotaskprovisioner.delivery;

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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds deliveries by filter. Thread-safe. */
final class DeliveryQuery {

  static final PagedQuery<DeliveryEntry> ENTRIES =
      new PagedQuery<>(
          """
          d.id, d.event_id, e.type, d.account_id, d.instance_id, d.destination, d.status,
            d.attempts, d.next_attempt_at, d.last_status_code, d.last_error, d.created_at,
            d.finished_at
          """,
          "delivery d",
          " join event e on e.id = d.event_id",
          "d.id",
          DeliveryQuery::entry,
          DeliveryEntry::id);

  /** The ids alone. */
  static final PagedQuery<Long> IDS =
      new PagedQuery<>("d.id", "delivery d", "", "d.id", row -> row.getLong(1), Long::longValue);

  private static final String LAST_ID = "select coalesce(max(id), 0) from delivery";

  private static final String WAITING =
      "select distinct destination from delivery where status in ('PENDING', 'SENDING')";

  private DeliveryQuery() {}

  /** What the filter looks for, led by the index that narrows it most. */
  static Search search(DeliveryFilter filter) {
    SqlCondition further =
        SqlCondition.NONE
            .and("d.destination = ?", filter.destination())
            .and("d.instance_id = ?", filter.instanceId())
            .and(
                "exists (select 1 from event t where t.id = d.event_id and t.type = ?)",
                filter.eventType())
            .and("d.created_at >= ?", utc(filter.from()))
            .and("d.created_at < ?", utc(filter.to()))
            .and("d.last_status_code = ?", filter.lastStatusCode())
            .and(
                "position(cast(? as varchar) in lower(d.last_error)) > 0",
                filter.error() == null ? null : filter.error().toLowerCase(Locale.ROOT));
    SqlCondition account = SqlCondition.NONE.and("d.account_id = ?", filter.accountId());
    List<Part> parts;
    if (filter.accountId() != null) {
      List<DeliveryStatus> statuses =
          filter.status() == null
              ? Arrays.asList(DeliveryStatus.values())
              : List.of(filter.status());
      parts =
          statuses.stream()
              .map(
                  status ->
                      new Part(account.and("d.status = ?", status), "d.account_id, d.status, d.id"))
              .toList();
    } else if (filter.status() != null) {
      parts =
          List.of(
              new Part(SqlCondition.NONE.and("d.status = ?", filter.status()), "d.status, d.id"));
    } else {
      parts = List.of(new Part(SqlCondition.NONE, "d.id"));
    }
    return new Search(parts, further);
  }

  /** The newest delivery; 0 where there is none. */
  static long lastId(Connection connection) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(LAST_ID);
        ResultSet row = query.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The destinations for which something waits, sorted, whether or not they are configured. */
  static SortedSet<String> waitingDestinations(Connection connection) throws SQLException {
    SortedSet<String> destinations = new TreeSet<>();
    try (PreparedStatement query = connection.prepareStatement(WAITING);
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        destinations.add(rows.getString(1));
      }
    }
    return destinations;
  }

  private static DeliveryEntry entry(ResultSet row) throws SQLException {
    int statusCode = row.getInt("last_status_code");
    return new DeliveryEntry(
        row.getLong("id"),
        row.getLong("event_id"),
        row.getString("type"),
        row.getLong("account_id"),
        row.getLong("instance_id"),
        row.getString("destination"),
        DeliveryStatus.valueOf(row.getString("status")),
        row.getInt("attempts"),
        row.getObject("next_attempt_at", OffsetDateTime.class).toInstant(),
        statusCode == 0 ? null : statusCode,
        row.getString("last_error"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(row.getObject("finished_at", OffsetDateTime.class)));
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
