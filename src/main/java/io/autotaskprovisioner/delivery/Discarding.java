package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Gives up deliveries that wait. One whose sender died waits too: where its destination has left
 * the settings no loop takes it back. Thread-safe.
 */
final class Discarding {

  private static final String FIND =
      """
      select d.id from delivery d
      where d.id > ? and d.id <= ? and (d.status = 'PENDING'
        or (d.status = 'SENDING' and d.lease_until < current_timestamp))%s
      order by d.id
      limit ?
      """;

  // Looks again: between the two a loop may have claimed it.
  private static final String DISCARD =
      """
      update delivery
      set status = 'DISCARDED', finished_at = ?, lease_id = null, lease_until = null
      where id = any(?) and (status = 'PENDING'
        or (status = 'SENDING' and lease_until < current_timestamp))
      """;

  private final Database database;
  private final Clock clock;

  Discarding(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** One delivery; false where it does not wait. */
  boolean one(long id) {
    return database.transaction(connection -> discard(connection, List.of(id))) > 0;
  }

  /** All that wait now, whatever status the filter names. */
  long all(DeliveryFilter filter) {
    return new DeliveryChunks(database)
        .each(FIND, filter.withStatus(null), (connection, ids, before) -> discard(connection, ids));
  }

  private int discard(Connection connection, List<Long> ids) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(DISCARD)) {
      update.setObject(1, clock.instant().atOffset(ZoneOffset.UTC));
      update.setArray(2, connection.createArrayOf("bigint", ids.toArray()));
      return update.executeUpdate();
    }
  }
}
