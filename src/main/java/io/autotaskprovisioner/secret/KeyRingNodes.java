package io.autotaskprovisioner.secret;

import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.StorageException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other processes on this database which keys this one has read, and knows those of the
 * others. Everything on the database's clock. Thread-safe.
 */
public final class KeyRingNodes extends ServiceSupport {

  private static final Logger LOG = LoggerFactory.getLogger(KeyRingNodes.class);

  private static final String UPDATE =
      """
      update key_ring_node
      set key_ids = ?, seen_at = current_timestamp,
        primary_since = case when primary_id = ? then primary_since else current_timestamp end,
        primary_id = ?
      where node_id = ?
      """;

  private static final String INSERT =
      """
      insert into key_ring_node (node_id, name, key_ids, primary_id, primary_since, seen_at)
      values (?, ?, ?, ?, current_timestamp, current_timestamp)
      on conflict do nothing
      """;

  private static final String FORGET =
      """
      delete from key_ring_node where node_id = ? or seen_at < current_timestamp - interval '1' day
      """;

  /** Our choice: a process that was not seen for two minutes, as long as a lease, is gone. */
  private static final String SELECT =
      """
      select name, key_ids, primary_id,
        cast(extract(epoch from (current_timestamp - seen_at)) as bigint) as seen_ago,
        cast(extract(epoch from (current_timestamp - primary_since)) as bigint) as primary_for
      from key_ring_node
      where seen_at > current_timestamp - interval '2' minute
      order by name, node_id
      """;

  /**
   * A process that lives.
   *
   * @param name host and process
   * @param keys it can open with
   * @param primary it seals with
   * @param seenSecondsAgo when it told so
   * @param primaryForSeconds how long it has sealed with that key
   */
  public record Node(
      String name, List<Long> keys, long primary, long seenSecondsAgo, long primaryForSeconds) {}

  private final Database database;
  private final ReloadingKeyRing ring;
  private final String id = UUID.randomUUID().toString();
  private final String name;
  private volatile boolean present;

  KeyRingNodes(Database database, ReloadingKeyRing ring, String name) {
    this.database = database;
    this.ring = ring;
    this.name = name;
  }

  /**
   * Looks for changes of the ring and tells what this process has read; to be called often. Without
   * a database it tells nothing: readiness shows that.
   */
  public void tell() {
    present = true;
    TinkKeyRing now = ring.look();
    String keys = now.keyIds().stream().map(String::valueOf).collect(Collectors.joining(","));
    try {
      database.transaction(
          connection -> {
            if (!update(connection, keys, now.primaryId())) {
              insert(connection, keys, now.primaryId());
            }
            return null;
          });
    } catch (StorageException e) {
      LOG.debug("Could not tell which keys were read: {}", e.getMessage());
    }
  }

  /** Tells it at once where this process changed the ring itself, unless it is none that stays. */
  void tellChange() {
    if (present) {
      tell();
    } else {
      ring.look();
    }
  }

  List<Node> list() {
    return database.query(
        connection -> {
          try (PreparedStatement select = connection.prepareStatement(SELECT);
              ResultSet row = select.executeQuery()) {
            List<Node> nodes = new ArrayList<>();
            while (row.next()) {
              nodes.add(
                  new Node(
                      row.getString("name"),
                      Arrays.stream(row.getString("key_ids").split(","))
                          .map(Long::valueOf)
                          .toList(),
                      row.getLong("primary_id"),
                      row.getLong("seen_ago"),
                      row.getLong("primary_for")));
            }
            return nodes;
          }
        });
  }

  private boolean update(Connection connection, String keys, long primary) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
      update.setString(1, keys);
      update.setLong(2, primary);
      update.setLong(3, primary);
      update.setString(4, id);
      return update.executeUpdate() == 1;
    }
  }

  private void insert(Connection connection, String keys, long primary) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, id);
      insert.setString(2, name);
      insert.setString(3, keys);
      insert.setLong(4, primary);
      insert.executeUpdate();
    }
  }

  /** So that nobody waits for a process that has ended, nor keeps it for ever. */
  @Override
  protected void doStop() {
    try {
      database.transaction(
          connection -> {
            try (PreparedStatement forget = connection.prepareStatement(FORGET)) {
              forget.setString(1, id);
              return forget.executeUpdate();
            }
          });
    } catch (RuntimeException e) {
      LOG.debug("Could not say goodbye: others wait two minutes for this process", e);
    }
  }
}
