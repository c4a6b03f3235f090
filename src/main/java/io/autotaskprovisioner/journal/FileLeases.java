package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.StorageException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that this process reads, so that no other does. Leases end by the database's clock.
 * Thread-safe; every method waits for the database.
 *
 * <p>Our choice: rows of our own instead of a {@code JdbcOrphanLockAwareIdempotentRepository}. That
 * one compares the clocks of the nodes, and a node that stalled goes on reading without noticing;
 * here the number of the lease is asked for in the transaction that takes records in.
 */
public final class FileLeases {

  private static final Logger LOG = LoggerFactory.getLogger(FileLeases.class);

  private static final String UNTIL =
      "current_timestamp + interval '0.001' second * cast(? as bigint)";

  private static final String INSERT =
      """
      insert into file_lease (folder, name, lease_id, node, lease_until)
      values (?, ?, ?, ?, %s)
      on conflict do nothing
      """
          .formatted(UNTIL);

  private static final String TAKE_OVER =
      """
      update file_lease set lease_id = ?, node = ?, lease_until = %s
      where folder = ? and name = ? and (lease_until < current_timestamp or node = ?)
      """
          .formatted(UNTIL);

  private static final String RENEW =
      """
      update file_lease set lease_until = %s where folder = ? and name = ? and lease_id = ?
      """
          .formatted(UNTIL);

  private static final String LOCK =
      """
      select lease_id from file_lease where folder = ? and name = ? and lease_id = ? for update
      """;

  private static final String DELETE =
      """
      delete from file_lease where folder = ? and name = ? and lease_id = ?
      """;

  private static final String EXPIRED =
      """
      delete from file_lease
      where node = ? and lease_until < current_timestamp
        or lease_until < current_timestamp - interval '1' day
      """;

  private static final String FORGET =
      """
      delete from file_lease where node like ?
      """;

  private final Database database;
  private final SecureRandom ids = new SecureRandom();
  private final String node;
  private final String process;
  private final Duration duration;
  private final Set<FileLease> held = ConcurrentHashMap.newKeySet();

  /**
   * @param node that no other running process has
   */
  public FileLeases(Database database, String node, Duration duration) {
    this.database = database;
    this.node = node;
    // A copy of a node's directory makes two nodes of one name: they do not take each other's.
    this.process = "%s.%08x".formatted(node, ids.nextInt());
    this.duration = duration;
  }

  /** The file, unless another process, or another thread of this one, is at it. */
  public synchronized Optional<FileLease> claim(String folder, String name) {
    FileLease lease = new FileLease(folder, name, ids.nextLong() & Long.MAX_VALUE);
    if (held.stream()
        .anyMatch(other -> other.folder().equals(folder) && other.name().equals(name))) {
      return Optional.empty();
    }
    // A row of this process for what it does not hold is what an outage of the database left
    // behind.
    boolean claimed = database.transaction(connection -> claim(connection, lease));
    if (claimed) {
      held.add(lease);
    }
    return claimed ? Optional.of(lease) : Optional.empty();
  }

  private boolean claim(Connection connection, FileLease lease) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setString(1, lease.folder());
      statement.setString(2, lease.name());
      statement.setLong(3, lease.id());
      statement.setString(4, process);
      statement.setLong(5, duration.toMillis());
      if (statement.executeUpdate() == 1) {
        return true;
      }
    }
    try (PreparedStatement statement = connection.prepareStatement(TAKE_OVER)) {
      statement.setLong(1, lease.id());
      statement.setString(2, process);
      statement.setLong(3, duration.toMillis());
      statement.setString(4, lease.folder());
      statement.setString(5, lease.name());
      statement.setString(6, process);
      return statement.executeUpdate() == 1;
    }
  }

  /** Whether it is still this process's; true also while that is only a matter of time. */
  public boolean isHeld(FileLease lease) {
    return held.contains(lease);
  }

  /** Asks the database whether it is still this process's, and holds on to it for longer. */
  public boolean renew(FileLease lease) {
    boolean renewed =
        database.transaction(
            connection -> {
              try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
                statement.setLong(1, duration.toMillis());
                set(statement, 2, lease);
                return statement.executeUpdate() == 1;
              }
            });
    if (!renewed) {
      held.remove(lease);
    }
    return renewed;
  }

  /**
   * Asks the database whether it is still this process's, and holds on to it for longer.
   *
   * @throws LeaseLostException if it is not
   */
  public void require(FileLease lease) {
    if (!renew(lease)) {
      throw lost(lease);
    }
  }

  /**
   * Holds on to all that this process has, gives back what it could not give back in time, and
   * forgets what nobody will ever ask for: files that vanished while a node read them that died.
   */
  public void renew() {
    List.copyOf(held).forEach(this::renew);
    deleteOf(EXPIRED, process);
  }

  /**
   * Gives it back; what is somebody else's by now stays theirs. While the database is away this
   * process alone may claim the file again before the lease ends.
   */
  public void release(FileLease lease) {
    if (!held.remove(lease)) {
      return;
    }
    try {
      database.transaction(connection -> delete(connection, lease));
    } catch (StorageException e) {
      LOG.debug("The lease of {} is not given back, but left to its end", lease.name(), e);
    }
  }

  /** Gives up what an earlier process of this node, which is dead, has held. */
  public void forget() {
    deleteOf(FORGET, node + ".%");
  }

  private void deleteOf(String sql, String holder) {
    database.transaction(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, holder);
            return statement.executeUpdate();
          }
        });
  }

  /**
   * Holds everybody else off until the transaction ends.
   *
   * @throws LeaseLostException if another process has the file
   */
  static void lock(Connection connection, FileLease lease) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
      set(statement, 1, lease);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw lost(lease);
        }
      }
    }
  }

  private static LeaseLostException lost(FileLease lease) {
    return new LeaseLostException(
        "Another process reads %s, since this one stalled".formatted(lease.name()));
  }

  private static boolean delete(Connection connection, FileLease lease) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
      set(statement, 1, lease);
      return statement.executeUpdate() == 1;
    }
  }

  private static void set(PreparedStatement statement, int from, FileLease lease)
      throws SQLException {
    statement.setString(from, lease.folder());
    statement.setString(from + 1, lease.name());
    statement.setLong(from + 2, lease.id());
  }
}
