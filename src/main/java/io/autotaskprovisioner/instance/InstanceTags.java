package io.autotaskprovisioner.instance;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The index of tags: the table {@code instance_tag} holds each tag of an instance once, beside the
 * list of tags in the instance's own row. Thread-safe; every method runs on the caller's
 * connection.
 */
final class InstanceTags {

  private static final String INSERT =
      """
      insert into instance_tag (account_id, tag, instance_id) values (?, ?, ?)
      on conflict do nothing
      """;

  private static final String DELETE =
      "delete from instance_tag where account_id = ? and tag = ? and instance_id = ?";

  void add(Connection connection, long accountId, long instanceId, Collection<String> tags)
      throws SQLException {
    run(connection, INSERT, accountId, instanceId, new LinkedHashSet<>(tags));
  }

  void remove(Connection connection, long accountId, long instanceId, Collection<String> tags)
      throws SQLException {
    run(connection, DELETE, accountId, instanceId, new LinkedHashSet<>(tags));
  }

  /** Brings the index from the instance's earlier tags to its present ones. */
  void change(
      Connection connection,
      long accountId,
      long instanceId,
      Collection<String> earlier,
      Collection<String> present)
      throws SQLException {
    Set<String> gone = new LinkedHashSet<>(earlier);
    gone.removeAll(present);
    Set<String> added = new LinkedHashSet<>(present);
    added.removeAll(earlier);
    run(connection, DELETE, accountId, instanceId, gone);
    run(connection, INSERT, accountId, instanceId, added);
  }

  private static void run(
      Connection connection, String sql, long accountId, long instanceId, Set<String> tags)
      throws SQLException {
    if (tags.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (String tag : tags) {
        statement.setLong(1, accountId);
        statement.setString(2, tag);
        statement.setLong(3, instanceId);
        if (tags.size() == 1) {
          statement.executeUpdate();
        } else {
          statement.addBatch();
        }
      }
      if (tags.size() > 1) {
        statement.executeBatch();
      }
    }
  }
}
