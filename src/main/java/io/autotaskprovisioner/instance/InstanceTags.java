package io.autotaskprovisioner.instance;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
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

  void add(Connection connection, List<Instance> instances) throws SQLException {
    List<Row> rows = new ArrayList<>(instances.size());
    for (Instance instance : instances) {
      for (String tag : new LinkedHashSet<>(instance.tags())) {
        rows.add(new Row(instance.accountId(), tag, instance.id()));
      }
    }
    run(connection, INSERT, rows);
  }

  void remove(Connection connection, long accountId, long instanceId, Collection<String> tags)
      throws SQLException {
    run(connection, DELETE, rows(accountId, instanceId, new LinkedHashSet<>(tags)));
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
    run(connection, DELETE, rows(accountId, instanceId, gone));
    run(connection, INSERT, rows(accountId, instanceId, added));
  }

  private record Row(long accountId, String tag, long instanceId) {}

  private static List<Row> rows(long accountId, long instanceId, Set<String> tags) {
    return tags.stream().map(tag -> new Row(accountId, tag, instanceId)).toList();
  }

  private static void run(Connection connection, String sql, List<Row> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Row row : rows) {
        statement.setLong(1, row.accountId());
        statement.setString(2, row.tag());
        statement.setLong(3, row.instanceId());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
