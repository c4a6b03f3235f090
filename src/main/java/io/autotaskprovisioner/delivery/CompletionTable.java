package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.delivery.Claim.Claimed;
import io.autotaskprovisioner.delivery.Claim.Completion;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Delivered;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Exhausted;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Gone;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Released;
import io.autotaskprovisioner.delivery.DeliveryOutcome.RetryAt;
import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes how attempts ended, many in one transaction. Each row is written only while its lease is
 * still the writer's, so an attempt that lost its lease changes nothing; writing twice is harmless.
 * Thread-safe.
 */
final class CompletionTable {

  private static final String DELIVERED =
      """
      update delivery
      set status = 'DELIVERED', attempts = attempts + 1, last_status_code = ?, last_error = null,
        lease_id = null, lease_until = null, finished_at = ?
      where id = any(?) and lease_id = ?
      """;

  private static final String FAILED =
      """
      update delivery
      set status = ?, attempts = attempts + 1, last_status_code = ?, last_error = ?,
        next_attempt_at = coalesce(?, next_attempt_at),
        lease_id = null, lease_until = null, finished_at = ?
      where id = ? and lease_id = ?
      """;

  private static final String RELEASED =
      """
      update delivery set status = 'PENDING', lease_id = null, lease_until = null
      where id = any(?) and lease_id = ?
      """;

  private static final String DISABLE =
      """
      insert into destination_state (destination, disabled_at, reason) values (?, ?, ?)
      on conflict do nothing
      """;

  private final Database database;
  private final Clock clock;

  CompletionTable(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * @param written rows whose lease still held
   * @param disabled whether this disabled the destination, which happens once however many
   *     receivers' answers ask for it
   */
  record Written(int written, boolean disabled) {}

  /** Writes the outcomes of one destination in one transaction. */
  Written complete(String destination, List<Completion> completions) {
    return database.transaction(
        connection -> {
          int written = 0;
          for (Map.Entry<Group, List<Long>> group : groups(completions).entrySet()) {
            written += writeGroup(connection, group.getKey(), group.getValue());
          }
          written += writeFailures(connection, completions);
          return new Written(written, disable(connection, destination, completions));
        });
  }

  /** Rows that one statement can write: same lease, same answer. */
  private record Group(long leaseId, boolean released, @Nullable Integer statusCode) {}

  private static Map<Group, List<Long>> groups(List<Completion> completions) {
    Map<Group, List<Long>> groups = new LinkedHashMap<>();
    for (Completion completion : completions) {
      Claimed delivery = completion.delivery();
      Group group = null;
      if (completion.outcome() instanceof Delivered delivered) {
        group = new Group(delivery.leaseId(), false, delivered.statusCode());
      } else if (completion.outcome() instanceof Released) {
        group = new Group(delivery.leaseId(), true, null);
      }
      if (group != null) {
        groups.computeIfAbsent(group, key -> new ArrayList<>()).add(delivery.id());
      }
    }
    return groups;
  }

  private int writeGroup(Connection connection, Group group, List<Long> ids) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(group.released() ? RELEASED : DELIVERED)) {
      int index = 1;
      if (!group.released()) {
        update.setObject(index++, group.statusCode(), Types.INTEGER);
        update.setObject(index++, now());
      }
      update.setArray(index++, connection.createArrayOf("bigint", ids.toArray()));
      update.setLong(index, group.leaseId());
      return update.executeUpdate();
    }
  }

  private int writeFailures(Connection connection, List<Completion> completions)
      throws SQLException {
    boolean any = false;
    try (PreparedStatement update = connection.prepareStatement(FAILED)) {
      for (Completion completion : completions) {
        DeliveryOutcome outcome = completion.outcome();
        if (outcome instanceof RetryAt retry) {
          bind(
              update,
              completion.delivery(),
              retry.statusCode(),
              retry.reason(),
              retry.nextAttempt());
        } else if (outcome instanceof Exhausted exhausted) {
          bind(update, completion.delivery(), exhausted.statusCode(), exhausted.reason(), null);
        } else if (outcome instanceof Gone gone) {
          bind(update, completion.delivery(), Gone.STATUS_CODE, gone.reason(), null);
        } else {
          continue;
        }
        update.addBatch();
        any = true;
      }
      return any ? Arrays.stream(update.executeBatch()).filter(count -> count > 0).sum() : 0;
    }
  }

  private void bind(
      PreparedStatement update,
      Claimed delivery,
      @Nullable Integer statusCode,
      String reason,
      @Nullable Instant nextAttempt)
      throws SQLException {
    update.setString(
        1, (nextAttempt == null ? DeliveryStatus.EXHAUSTED : DeliveryStatus.PENDING).name());
    update.setObject(2, statusCode, Types.INTEGER);
    update.setString(3, reason);
    update.setObject(
        4,
        nextAttempt == null ? null : nextAttempt.atOffset(ZoneOffset.UTC),
        Types.TIMESTAMP_WITH_TIMEZONE);
    update.setObject(5, nextAttempt == null ? now() : null, Types.TIMESTAMP_WITH_TIMEZONE);
    update.setLong(6, delivery.id());
    update.setLong(7, delivery.leaseId());
  }

  private boolean disable(Connection connection, String destination, List<Completion> completions)
      throws SQLException {
    for (Completion completion : completions) {
      if (completion.outcome() instanceof Gone gone) {
        try (PreparedStatement insert = connection.prepareStatement(DISABLE)) {
          insert.setString(1, destination);
          insert.setObject(2, now());
          insert.setString(3, gone.reason());
          return insert.executeUpdate() > 0;
        }
      }
    }
    return false;
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }
}
