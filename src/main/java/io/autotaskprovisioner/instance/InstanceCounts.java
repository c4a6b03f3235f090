package io.autotaskprovisioner.instance;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many instances each account has of each element, kept in the transaction of the change and
 * therefore exact whatever dies. Thread-safe; every method runs on the caller's connection.
 *
 * <p>A process writes rows of one shard only, and a number is the sum over at most {@value #SHARDS}
 * of them. So the group commits of several processes never wait for the same row; should a
 * sixty-fifth process get the shard of the first, they merely take turns.
 */
final class InstanceCounts {

  /** Our choice: more processes than anybody starts on one database between two looks at it. */
  static final int SHARDS = 64;

  private static final int UNKNOWN = -1;

  private static final String ADD =
      """
      update instance_count set instances = instances + ?
      where account_id = ? and element_key = ? and shard = ?
      """;

  private static final String BEGIN =
      """
      insert into instance_count (account_id, element_key, shard, instances) values (?, ?, ?, 0)
      on conflict do nothing
      """;

  private static final String OF_ELEMENT =
      """
      select coalesce(sum(instances), 0) from instance_count
      where account_id = ? and element_key = ?
      """;

  private static final String BY_ELEMENT =
      """
      select element_key, sum(instances) from instance_count where account_id = ?
      group by element_key having sum(instances) > 0 order by element_key
      """;

  private volatile int shard = UNKNOWN;

  /** Notes that the instances are there. */
  void add(Connection connection, List<Instance> instances) throws SQLException {
    Map<Kind, Integer> more = new LinkedHashMap<>();
    for (Instance instance : instances) {
      more.merge(new Kind(instance.accountId(), instance.elementKey()), 1, Integer::sum);
    }
    for (Map.Entry<Kind, Integer> kind : more.entrySet()) {
      add(connection, kind.getKey().accountId(), kind.getKey().elementKey(), kind.getValue());
    }
  }

  /** What is counted together. */
  private record Kind(long accountId, String elementKey) {}

  /** Notes that the account has so many more, or fewer where negative. */
  void add(Connection connection, long accountId, String elementKey, int more) throws SQLException {
    if (!update(connection, accountId, elementKey, more)) {
      try (PreparedStatement insert = connection.prepareStatement(BEGIN)) {
        insert.setLong(1, accountId);
        insert.setString(2, elementKey);
        insert.setInt(3, shard(connection));
        insert.executeUpdate();
      }
      update(connection, accountId, elementKey, more);
    }
  }

  private boolean update(Connection connection, long accountId, String elementKey, int more)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(ADD)) {
      update.setLong(1, more);
      update.setLong(2, accountId);
      update.setString(3, elementKey);
      update.setInt(4, shard(connection));
      return update.executeUpdate() == 1;
    }
  }

  /** The account's instances of the element. */
  long ofElement(Connection connection, long accountId, String elementKey) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(OF_ELEMENT)) {
      select.setLong(1, accountId);
      select.setString(2, elementKey);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** The account's instances by element key; elements of which it has none are left out. */
  Map<String, Long> byElement(Connection connection, long accountId) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(BY_ELEMENT)) {
      select.setLong(1, accountId);
      Map<String, Long> counts = new LinkedHashMap<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          counts.put(row.getString(1), row.getLong(2));
        }
      }
      return counts;
    }
  }

  /** Drawn once for the life of the process; two threads that draw at once waste a number. */
  private int shard(Connection connection) throws SQLException {
    if (shard == UNKNOWN) {
      try (PreparedStatement select =
              connection.prepareStatement("select nextval('instance_count_shards')");
          ResultSet row = select.executeQuery()) {
        row.next();
        shard = Math.floorMod(row.getLong(1), SHARDS);
      }
    }
    return shard;
  }
}
