package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.BulkPiece;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.PagedQuery.Direction;
import io.autotaskprovisioner.storage.PagedQuery.Look;
import io.autotaskprovisioner.storage.PagedQuery.Part;
import io.autotaskprovisioner.storage.PagedQuery.Search;
import io.autotaskprovisioner.storage.SqlCondition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Gives up deliveries that wait. One whose sender died waits too: where its destination has left
 * the settings no loop takes it back. Thread-safe.
 */
final class Discarding {

  // Looks again: between the two a loop may have claimed it.
  private static final String DISCARD =
      """
      update delivery
      set status = 'DISCARDED', finished_at = ?, lease_id = null, lease_until = null
      where id = any(?) and (status = 'PENDING' or status = 'EXHAUSTED' and cast(? as boolean)
        or (status = 'SENDING' and lease_until < current_timestamp))
      """;

  private static final SqlCondition UNSENT =
      new SqlCondition(
          " and (d.status <> 'SENDING' or d.lease_until < current_timestamp)", List.of());

  private final Database database;
  private final Clock clock;

  Discarding(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** One delivery; false where it neither waits nor was given up. */
  boolean one(long id) {
    return database.transaction(connection -> discard(connection, List.of(id), true)) > 0;
  }

  /** Those that wait now; those that were given up only where the filter names that status. */
  BulkPiece piece(
      Connection connection, DeliveryFilter filter, long afterId, long lastId, int limit)
      throws SQLException {
    boolean exhausted = filter.status() == DeliveryStatus.EXHAUSTED;
    Look<Long> look =
        DeliveryQuery.IDS.look(
            connection, search(filter, exhausted), Direction.RISING, afterId, limit);
    List<Long> ids = new ArrayList<>(look.rows());
    ids.removeIf(id -> id > lastId);
    int done = ids.isEmpty() ? 0 : discard(connection, ids, exhausted);
    return new BulkPiece(
        ids.size(), done, look.position(), look.end() || look.position() >= lastId);
  }

  static Search search(DeliveryFilter filter, boolean exhausted) {
    Stream<DeliveryStatus> statuses =
        exhausted
            ? Stream.of(DeliveryStatus.EXHAUSTED)
            : Stream.of(DeliveryStatus.PENDING, DeliveryStatus.SENDING);
    List<Part> parts =
        statuses
            .flatMap(status -> DeliveryQuery.search(filter.withStatus(status)).parts().stream())
            .toList();
    SqlCondition further = DeliveryQuery.search(filter).further();
    return new Search(parts, exhausted ? further : further.and(UNSENT));
  }

  private int discard(Connection connection, List<Long> ids, boolean exhausted)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(DISCARD)) {
      update.setObject(1, clock.instant().atOffset(ZoneOffset.UTC));
      update.setArray(2, connection.createArrayOf("bigint", ids.toArray()));
      update.setBoolean(3, exhausted);
      return update.executeUpdate();
    }
  }
}
