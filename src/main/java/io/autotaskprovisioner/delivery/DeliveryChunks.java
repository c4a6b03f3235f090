package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Goes over the deliveries of a filter chunk by chunk, each in a transaction of its own: by rising
 * id up to the last one at the beginning, so it ends however fast rows change, and meets none
 * twice. Thread-safe.
 */
final class DeliveryChunks {

  private static final int CHUNK = 500;

  private final Database database;

  DeliveryChunks(Database database) {
    this.database = database;
  }

  /** What is done with one chunk. */
  interface Work {
    /**
     * @param ids not empty
     * @param before rows changed in earlier chunks
     * @return rows changed
     */
    int run(Connection connection, List<Long> ids, long before) throws SQLException;
  }

  /**
   * Answers how many rows were changed.
   *
   * @param select ids between two ids, with a place for the filter's condition, and a limit
   */
  long each(String select, DeliveryFilter filter, Work work) {
    long lastId = database.transaction(DeliveryQuery::lastId);
    long afterId = 0;
    long changed = 0;
    List<Long> ids;
    do {
      long after = afterId;
      long before = changed;
      Chunk chunk =
          database.transaction(
              connection -> {
                List<Long> found = find(connection, select, filter, after, lastId);
                return new Chunk(found, found.isEmpty() ? 0 : work.run(connection, found, before));
              });
      ids = chunk.ids();
      changed += chunk.changed();
      afterId = ids.isEmpty() ? afterId : ids.get(ids.size() - 1);
    } while (ids.size() == CHUNK);
    return changed;
  }

  private record Chunk(List<Long> ids, int changed) {}

  private static List<Long> find(
      Connection connection, String select, DeliveryFilter filter, long afterId, long lastId)
      throws SQLException {
    DeliveryQuery.Condition condition = DeliveryQuery.Condition.of(filter);
    List<Long> ids = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(select.formatted(condition.sql()))) {
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
}
