package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.BulkPiece;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.PagedQuery.Direction;
import io.autotaskprovisioner.storage.PagedQuery.Look;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Makes finished deliveries pending again. Thread-safe. */
final class Redelivery {

  // Looks at the status again: the same filter may be run twice at once.
  private static final String RESET =
      """
      update delivery
      set status = 'PENDING', attempts = 0, next_attempt_at = ?, last_status_code = null,
        last_error = null, finished_at = null
      where id = ? and status = ?
      """;

  private static final String RESET_ONE =
      """
      update delivery
      set status = 'PENDING', attempts = 0, next_attempt_at = ?, last_status_code = null,
        last_error = null, finished_at = null
      where id = ? and status in ('DELIVERED', 'EXHAUSTED', 'DISCARDED')
        and (cast(? as bigint) is null or account_id = ?)
      """;

  private final Database database;
  private final Clock clock;

  Redelivery(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  boolean one(@Nullable Long accountId, long id) {
    return database.transaction(
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(RESET_ONE)) {
            update.setObject(1, clock.instant().atOffset(ZoneOffset.UTC));
            update.setLong(2, id);
            update.setObject(3, accountId, Types.BIGINT);
            update.setObject(4, accountId, Types.BIGINT);
            return update.executeUpdate() > 0;
          }
        });
  }

  static BulkPiece piece(
      Connection connection,
      DeliveryFilter filter,
      long afterId,
      long lastId,
      int limit,
      IntFunction<Instant> due)
      throws SQLException {
    DeliveryStatus status = filter.status() == null ? DeliveryStatus.EXHAUSTED : filter.status();
    if (status == DeliveryStatus.PENDING || status == DeliveryStatus.SENDING) {
      throw new IllegalArgumentException("Only finished deliveries are delivered again");
    }
    Look<Long> look =
        DeliveryQuery.IDS.look(
            connection,
            DeliveryQuery.search(filter.withStatus(status)),
            Direction.RISING,
            afterId,
            limit);
    int looked = 0;
    int done = 0;
    try (PreparedStatement update = connection.prepareStatement(RESET)) {
      for (long id : look.rows()) {
        if (id > lastId) {
          break;
        }
        looked++;
        update.setObject(1, due.apply(done).atOffset(ZoneOffset.UTC));
        update.setLong(2, id);
        update.setString(3, status.name());
        done += update.executeUpdate();
      }
    }
    return new BulkPiece(looked, done, look.position(), look.end() || look.position() >= lastId);
  }
}
