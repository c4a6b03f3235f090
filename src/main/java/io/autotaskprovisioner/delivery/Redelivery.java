package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.Database;
import java.sql.PreparedStatement;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Makes finished deliveries pending again. Thread-safe. */
final class Redelivery {

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private static final String LOCK =
      """
      select d.id from delivery d
      where d.id > ? and d.id <= ?%s
      order by d.id
      limit ? for update
      """;

  private static final String RESET =
      """
      update delivery
      set status = 'PENDING', attempts = 0, next_attempt_at = ?, last_status_code = null,
        last_error = null, finished_at = null
      where id = ?
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

  long all(DeliveryFilter filter, int ratePerSecond) {
    DeliveryStatus status = filter.status() == null ? DeliveryStatus.EXHAUSTED : filter.status();
    if (ratePerSecond < 1) {
      throw new IllegalArgumentException("The rate is at least 1 a second");
    }
    if (status == DeliveryStatus.PENDING || status == DeliveryStatus.SENDING) {
      throw new IllegalArgumentException("Only finished deliveries are delivered again");
    }
    Instant start = clock.instant();
    return new DeliveryChunks(database)
        .each(
            LOCK,
            filter.withStatus(status),
            (connection, ids, before) -> {
              try (PreparedStatement update = connection.prepareStatement(RESET)) {
                long position = before;
                for (long id : ids) {
                  Instant due =
                      start
                          .plusSeconds(position / ratePerSecond)
                          .plusNanos(position % ratePerSecond * NANOS_PER_SECOND / ratePerSecond);
                  update.setObject(1, due.atOffset(ZoneOffset.UTC));
                  update.setLong(2, id);
                  update.addBatch();
                  position++;
                }
                update.executeBatch();
              }
              return ids.size();
            });
  }
}
