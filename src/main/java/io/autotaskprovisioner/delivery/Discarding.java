package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives up deliveries that wait, chunk by chunk, each in a transaction of its own. One whose sender
 * died waits too: where its destination has left the settings no loop takes it back. Thread-safe.
 */
final class Discarding {

  private static final int CHUNK = 500;

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

  /** All that wait now, whatever status the filter names; ends however many come meanwhile. */
  long all(DeliveryFilter filter) {
    DeliveryFilter waiting = filter.withStatus(null);
    long lastId = database.transaction(DeliveryQuery::lastId);
    long afterId = 0;
    long discarded = 0;
    List<Long> ids;
    do {
      long after = afterId;
      ids = database.transaction(connection -> find(connection, waiting, after, lastId));
      if (!ids.isEmpty()) {
        List<Long> chunk = ids;
        discarded += database.transaction(connection -> discard(connection, chunk));
        afterId = ids.get(ids.size() - 1);
      }
    } while (ids.size() == CHUNK);
    return discarded;
  }

  private static List<Long> find(
      Connection connection, DeliveryFilter filter, long afterId, long lastId) throws SQLException {
    DeliveryQuery.Condition condition = DeliveryQuery.Condition.of(filter);
    List<Long> ids = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(FIND.formatted(condition.sql()))) {
      query.setLong(1, afterId);
      query.setLong(2, lastId);
      query.setInt(condition.bind(query, 3), CHUNK);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getLong(1));
        }
      }
    }
    return ids;
  }

  private int discard(Connection connection, List<Long> ids) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(DISCARD)) {
      update.setObject(1, clock.instant().atOffset(ZoneOffset.UTC));
      update.setArray(2, connection.createArrayOf("bigint", ids.toArray()));
      return update.executeUpdate();
    }
  }
}
