package io.autotaskprovisioner.movein;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.secret.KeyRing;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The work of imports in their two tables: taken under a lease on the database's clock, and changed
 * only while that lease is held. Thread-safe; every method runs in the caller's transaction.
 */
final class ImportRows {

  /** An import that is this process's for the time of its lease. */
  record Claim(long jobId, long leaseId, long accountId, Instant createdAt) {}

  /**
   * A row that waits or is proven.
   *
   * @param instance as {@link ImportedInstance#json} wrote it; holds secrets
   * @param tenant null where it is not proven
   */
  record Item(
      int place, long instanceId, JsonNode instance, int attempts, @Nullable TenantDetails tenant) {

    @Override
    public String toString() {
      return "Item[" + place + "]";
    }
  }

  // Its own statement, because H2 locks every row of an ordered query FOR UPDATE.
  private static final String DUE =
      """
      select id from import_job
      where status = 'PROVING' and next_attempt_at <= ?
        and (lease_until is null or lease_until < current_timestamp)
      order by id limit 5
      """;

  private static final String TAKE =
      """
      update import_job set lease_id = ?,
        lease_until = current_timestamp + interval '0.001' second * cast(? as bigint)
      where id = ? and status = 'PROVING'
        and (lease_until is null or lease_until < current_timestamp)
      """;

  private static final String KEEP =
      """
      update import_job
      set lease_until = current_timestamp + interval '0.001' second * cast(? as bigint)
      where id = ? and lease_id = ? and status = 'PROVING'
      """;

  private static final String RELEASE =
      """
      update import_job set lease_id = null, lease_until = null, next_attempt_at = ?
      where id = ? and lease_id = ? and status = 'PROVING'
      """;

  private static final String END =
      """
      update import_job set status = ?, finished_at = ?, lease_until = null
      where id = ? and lease_id = ? and status = 'PROVING'
      """;

  private static final String ITEMS =
      """
      select place, instance_id, sealed_instance, attempts, tenant_json from import_item
      where job_id = ? and status = ? and next_attempt_at <= ? and sealed_instance is not null
      order by place limit ?
      """;

  private static final String SETTLE =
      """
      update import_item set status = ?, tenant_json = ?, attempts = ?, next_attempt_at = ?,
        failure_class = ?, failure_message = ?, provider_message = ?
      where job_id = ? and place = ?
      """;

  private static final String WIPE =
      "update import_item set sealed_instance = null, tenant_json = null where job_id = ?";

  private static final int MAX_MESSAGE = 2_000;

  private final SecureRandom leaseIds = new SecureRandom();
  private final ObjectMapper json = new ObjectMapper();
  private final KeyRing keyRing;

  ImportRows(KeyRing keyRing) {
    this.keyRing = keyRing;
  }

  /** Takes one that is due, of whoever; empty where there is none. */
  Optional<Claim> claim(Connection connection, Duration lease, Instant now) throws SQLException {
    List<Long> due = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(DUE)) {
      select.setObject(1, utc(now));
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          due.add(rows.getLong(1));
        }
      }
    }
    long leaseId = leaseIds.nextLong() & Long.MAX_VALUE;
    for (long id : due) {
      try (PreparedStatement update = connection.prepareStatement(TAKE)) {
        update.setLong(1, leaseId);
        update.setLong(2, lease.toMillis());
        update.setLong(3, id);
        if (update.executeUpdate() == 1) {
          return Optional.of(taken(connection, id, leaseId));
        }
      }
    }
    return Optional.empty();
  }

  private static Claim taken(Connection connection, long id, long leaseId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("select account_id, created_at from import_job where id = ?")) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return new Claim(
            id,
            leaseId,
            row.getLong("account_id"),
            row.getObject("created_at", OffsetDateTime.class).toInstant());
      }
    }
  }

  /** Renews the lease; false where the import is no longer the caller's. */
  boolean keep(Connection connection, Claim claim, Duration lease) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(KEEP)) {
      update.setLong(1, lease.toMillis());
      update.setLong(2, claim.jobId());
      update.setLong(3, claim.leaseId());
      return update.executeUpdate() == 1;
    }
  }

  /** Lets it go until the given time. */
  void release(Connection connection, Claim claim, Instant until) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(RELEASE)) {
      update.setObject(1, utc(until));
      update.setLong(2, claim.jobId());
      update.setLong(3, claim.leaseId());
      update.executeUpdate();
    }
  }

  /** Ends it and wipes its secrets; false where it is no longer the caller's. */
  boolean end(Connection connection, Claim claim, ImportState.Status status, Instant now)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(END)) {
      update.setString(1, status.name());
      update.setObject(2, utc(now));
      update.setLong(3, claim.jobId());
      update.setLong(4, claim.leaseId());
      if (update.executeUpdate() == 0) {
        return false;
      }
    }
    wipe(connection, claim.jobId());
    return true;
  }

  static void wipe(Connection connection, long jobId) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(WIPE)) {
      update.setLong(1, jobId);
      update.executeUpdate();
    }
  }

  /** Whether this very claim ended the import, as after a commit whose answer was lost. */
  boolean isEndedBy(Connection connection, Claim claim, ImportState.Status status)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("select status, lease_id from import_job where id = ?")) {
      select.setLong(1, claim.jobId());
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            && row.getString("status").equals(status.name())
            && row.getLong("lease_id") == claim.leaseId();
      }
    }
  }

  /** Rows that wait and are due, or all that are proven. */
  List<Item> items(Connection connection, Claim claim, boolean proven, Instant now, int limit)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(ITEMS)) {
      select.setLong(1, claim.jobId());
      select.setString(2, proven ? "PROVEN" : "WAITING");
      select.setObject(3, utc(now));
      select.setInt(4, limit);
      try (ResultSet row = select.executeQuery()) {
        List<Item> items = new ArrayList<>();
        while (row.next()) {
          int place = row.getInt("place");
          byte[] plain =
              keyRing.open(row.getBytes("sealed_instance"), context(claim.jobId(), place));
          String tenant = row.getString("tenant_json");
          items.add(
              new Item(
                  place,
                  row.getLong("instance_id"),
                  parsed(new String(plain, StandardCharsets.UTF_8)),
                  row.getInt("attempts"),
                  tenant == null ? null : TenantJson.read(parsed(tenant))));
        }
        return items;
      }
    }
  }

  /** When the first of those that wait is due; empty where none waits. */
  Optional<Instant> nextDue(Connection connection, Claim claim) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select min(next_attempt_at) from import_item where job_id = ? and status = 'WAITING'")) {
      select.setLong(1, claim.jobId());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return Optional.ofNullable(row.getObject(1, OffsetDateTime.class))
            .map(OffsetDateTime::toInstant);
      }
    }
  }

  boolean anyFailed(Connection connection, Claim claim) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select count(*) from import_item where job_id = ? and status = 'FAILED'")) {
      select.setLong(1, claim.jobId());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1) > 0;
      }
    }
  }

  void proven(Connection connection, Claim claim, Item item, TenantDetails tenant, Instant now)
      throws SQLException {
    settle(connection, claim, item, "PROVEN", tenant, null, item.attempts() + 1, now);
  }

  void failed(Connection connection, Claim claim, Item item, Failure failure, Instant now)
      throws SQLException {
    settle(connection, claim, item, "FAILED", null, failure, item.attempts() + 1, now);
  }

  /**
   * @param attempts that count from now on
   */
  void again(
      Connection connection,
      Claim claim,
      Item item,
      Failure failure,
      int attempts,
      Instant nextAttempt)
      throws SQLException {
    settle(connection, claim, item, "WAITING", null, failure, attempts, nextAttempt);
  }

  private void settle(
      Connection connection,
      Claim claim,
      Item item,
      String status,
      @Nullable TenantDetails tenant,
      @Nullable Failure failure,
      int attempts,
      Instant nextAttempt)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(SETTLE)) {
      update.setString(1, status);
      update.setString(2, tenant == null ? null : TenantJson.write(tenant).toString());
      update.setInt(3, attempts);
      update.setObject(4, utc(nextAttempt));
      update.setString(5, failure == null ? null : failure.failureClass().name());
      update.setString(6, failure == null ? null : cut(failure.message()));
      update.setString(7, failure == null ? null : cut(failure.providerMessage()));
      update.setLong(8, claim.jobId());
      update.setInt(9, item.place());
      update.executeUpdate();
    }
  }

  byte[] sealed(long jobId, ImportedInstance instance) {
    return keyRing.seal(
        instance.json().toString().getBytes(StandardCharsets.UTF_8),
        context(jobId, instance.place()));
  }

  private static String context(long jobId, int place) {
    return "import_item.sealed_instance:" + jobId + "/" + place;
  }

  private JsonNode parsed(String text) {
    try {
      return json.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable String cut(@Nullable String text) {
    return text == null || text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE);
  }

  static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
