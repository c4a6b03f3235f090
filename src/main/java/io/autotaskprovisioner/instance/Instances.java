package io.autotaskprovisioner.instance;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The rows of the table {@code instance}, with the kept counts and the index of tags that belong to
 * them. Thread-safe; every method runs on the caller's connection.
 */
public final class Instances {

  static final String INSERT =
      """
      insert into instance (id, account_id, request_key, element_key, name, token_hash,
        sealed_token, user_name, server_url, sealed_secrets, tags_json, configuration_json,
        external_authentication, valid, disabled, trace_logging_enabled, zone_name, zone_url,
        web_url, database_id, request_threshold, threshold_timeframe_minutes,
        timeframe_request_count, product_version, company_name, verified_at, created_at,
        updated_at, version)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      on conflict do nothing
      """;

  private static final String LOCK =
      "select account_id, element_key, tags_json from instance where id = ? for update";

  private static final String UPDATE =
      """
      update instance set name = ?, user_name = ?, server_url = ?, sealed_secrets = ?,
        tags_json = ?, configuration_json = ?, valid = ?, disabled = ?, trace_logging_enabled = ?,
        updated_at = ?, version = ?%s
      where id = ? and account_id = ? and version = ?
      """;

  private static final String TENANT_COLUMNS =
      """
      , zone_name = ?, zone_url = ?, web_url = ?, database_id = ?, request_threshold = ?,
        threshold_timeframe_minutes = ?, timeframe_request_count = ?, product_version = ?,
        company_name = ?, verified_at = ?
      """;

  /** Every query of whole instances begins so. */
  private static final String SELECT =
      "select " + InstanceRow.COLUMNS + " from instance i " + InstanceRow.TENANT_JOIN + " ";

  private static final int BEARERS_AT_ONCE = 500;

  private final InstanceRow row;
  private final InstanceCounts counts = new InstanceCounts();
  private final InstanceTags tags = new InstanceTags();

  public Instances(InstanceRow row) {
    this.row = row;
  }

  /** How an insert ended. */
  public enum Insertion {
    INSERTED,
    /** The very same instance is there already: an earlier commit, thought lost, took place. */
    ALREADY_STORED,
    /** Another instance bears the request key, or else the token. */
    KEY_TAKEN,
    /** Another instance bears the id: one that was imported with it. */
    ID_TAKEN
  }

  /** Who has an id or a token. */
  public record Bearer(long id, long accountId) {}

  /** Inserts the instance and counts it, or says why there is nothing to insert. */
  public Insertion insert(Connection connection, Instance instance) throws SQLException {
    return insert(connection, List.of(instance)).get(0);
  }

  /** The same of many, in their order; of two with the same key the first is inserted. */
  public List<Insertion> insert(Connection connection, List<Instance> instances)
      throws SQLException {
    int[] rows;
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      for (Instance instance : instances) {
        row.write(statement, instance);
        statement.addBatch();
      }
      rows = statement.executeBatch();
    }
    List<Insertion> insertions = new ArrayList<>(rows.length);
    List<Instance> inserted = new ArrayList<>(rows.length);
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] == 1) {
        inserted.add(instances.get(i));
        insertions.add(Insertion.INSERTED);
      } else {
        insertions.add(whyNot(connection, instances.get(i)));
      }
    }
    counts.add(connection, inserted);
    tags.add(connection, inserted);
    return insertions;
  }

  private Insertion whyNot(Connection connection, Instance instance) throws SQLException {
    Bearer ofId = bearersOfIds(connection, List.of(instance.id())).get(instance.id());
    if (ofId == null) {
      return Insertion.KEY_TAKEN;
    }
    Bearer self = new Bearer(instance.id(), instance.accountId());
    return self.equals(bearersOfTokens(connection, List.of(instance.token())).get(instance.token()))
        ? Insertion.ALREADY_STORED
        : Insertion.ID_TAKEN;
  }

  /** Those of the ids that instances of whichever account have. */
  public Map<Long, Bearer> bearersOfIds(Connection connection, List<Long> ids) throws SQLException {
    return bearers(connection, "id", ids, id -> id);
  }

  /** Those of the tokens that instances of whichever account have. */
  public Map<String, Bearer> bearersOfTokens(Connection connection, List<String> tokens)
      throws SQLException {
    return bearers(connection, "token_hash", tokens, row::tokenHash);
  }

  private static <T> Map<T, Bearer> bearers(
      Connection connection, String column, List<T> values, Function<T, Object> stored)
      throws SQLException {
    Map<T, Bearer> bearers = new HashMap<>();
    for (int from = 0; from < values.size(); from += BEARERS_AT_ONCE) {
      List<T> some = values.subList(from, Math.min(values.size(), from + BEARERS_AT_ONCE));
      Map<String, T> byStored = new HashMap<>();
      String sql =
          "select id, account_id, %1$s as sought from instance where %1$s in (%2$s)"
              .formatted(column, "?, ".repeat(some.size() - 1) + "?");
      try (PreparedStatement select = connection.prepareStatement(sql)) {
        for (int i = 0; i < some.size(); i++) {
          Object value = stored.apply(some.get(i));
          select.setObject(i + 1, value);
          byStored.put(comparable(value), some.get(i));
        }
        try (ResultSet found = select.executeQuery()) {
          while (found.next()) {
            bearers.put(
                byStored.get(comparable(found.getObject("sought"))),
                new Bearer(found.getLong("id"), found.getLong("account_id")));
          }
        }
      }
    }
    return bearers;
  }

  private static String comparable(Object value) {
    return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value.toString();
  }

  /**
   * Writes everything about the instance that can change, and its tags into their index.
   *
   * @param before the instance as it was read
   * @param after as it shall be, one version further
   * @return false where it has been changed or removed since it was read: nothing is written then
   */
  public boolean update(Connection connection, Instance before, Instance after)
      throws SQLException {
    // A verification notes what it learnt without a new version: only another one replaces that.
    boolean tenant = !after.tenant().equals(before.tenant());
    String sql = UPDATE.formatted(tenant ? TENANT_COLUMNS.strip() : "");
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int i = row.writeChange(statement, after, tenant);
      statement.setLong(++i, after.id());
      statement.setLong(++i, after.accountId());
      statement.setInt(++i, before.version());
      if (statement.executeUpdate() == 0) {
        return false;
      }
    }
    retag(connection, before, after);
    return true;
  }

  /**
   * Removes the instance's row and counts it off.
   *
   * @param instance as it was read
   * @return false where it has been changed or removed since then: nothing is removed
   */
  public boolean remove(Connection connection, Instance instance) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("delete from instance where id = ? and version = ?")) {
      statement.setLong(1, instance.id());
      statement.setInt(2, instance.version());
      if (statement.executeUpdate() == 0) {
        return false;
      }
    }
    tags.remove(connection, instance.accountId(), instance.id(), instance.tags());
    counts.add(connection, instance.accountId(), instance.elementKey(), -1);
    return true;
  }

  /** Removes the instance's row and counts it off; answers whether there was one. */
  public boolean remove(Connection connection, long id) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
      lock.setLong(1, id);
      try (ResultSet found = lock.executeQuery()) {
        if (!found.next()) {
          return false;
        }
        long accountId = found.getLong("account_id");
        tags.remove(connection, accountId, id, row.tags(found));
        counts.add(connection, accountId, found.getString("element_key"), -1);
      }
    }
    try (PreparedStatement delete =
        connection.prepareStatement("delete from instance where id = ?")) {
      delete.setLong(1, id);
      return delete.executeUpdate() == 1;
    }
  }

  /**
   * Brings the index of tags to what an instance's row says now: whoever changes {@code tags_json}
   * calls this in the same transaction, once his update, fenced by the version, has taken place.
   *
   * @param earlier as it was read, with the version that the update was fenced by
   * @param present as it stands in its row now
   */
  public void retag(Connection connection, Instance earlier, Instance present) throws SQLException {
    tags.change(connection, earlier.accountId(), earlier.id(), earlier.tags(), present.tags());
  }

  /** The account's instance of this id. */
  public Optional<Instance> find(Connection connection, long accountId, long id)
      throws SQLException {
    return first(connection, SELECT + "where account_id = ? and id = ?", accountId, id);
  }

  /** The account's instance that the element token stands for; looked up by its keyed hash. */
  public Optional<Instance> findByToken(Connection connection, long accountId, String token)
      throws SQLException {
    return first(
        connection,
        SELECT + "where token_hash = ? and account_id = ?",
        row.tokenHash(token),
        accountId);
  }

  /** The account's instance that the request key made. */
  public Optional<Instance> findByRequestKey(
      Connection connection, long accountId, String requestKey) throws SQLException {
    return first(
        connection, SELECT + "where account_id = ? and request_key = ?", accountId, requestKey);
  }

  /** One page of the account's instances, newest id last, behind the given id. */
  public List<Instance> page(Connection connection, long accountId, long afterId, int limit)
      throws SQLException {
    return list(
        connection,
        SELECT + "where account_id = ? and id > ? order by account_id, id limit ?",
        accountId,
        afterId,
        limit);
  }

  /** Instances of every account that are enabled, by rising id, behind the given one. */
  public List<Instance> enabledBehind(Connection connection, long afterId, int limit)
      throws SQLException {
    return list(
        connection,
        SELECT + "where id > ? and disabled = false order by id limit ?",
        afterId,
        limit);
  }

  /** How many instances of all accounts are enabled. */
  public long countEnabled(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("select count(*) from instance where disabled = false");
        ResultSet result = statement.executeQuery()) {
      result.next();
      return result.getLong(1);
    }
  }

  /** The instances of these ids, in no particular order; ids that are gone are left out. */
  public List<Instance> findAll(Connection connection, List<Long> ids) throws SQLException {
    if (ids.isEmpty()) {
      return List.of();
    }
    String marks = "?, ".repeat(ids.size() - 1) + "?";
    return list(connection, SELECT + "where id in (" + marks + ")", ids.toArray());
  }

  /** The tenant's newest instance whose login was good when last tried, of whichever account. */
  public Optional<Instance> newestOfTenant(Connection connection, long databaseId)
      throws SQLException {
    return first(
        connection,
        SELECT + "where i.database_id = ? and valid and not disabled order by id desc limit 1",
        databaseId);
  }

  /** How many instances the account has: the sum of a few kept numbers, nothing is counted. */
  public long count(Connection connection, long accountId) throws SQLException {
    return countByElement(connection, accountId).values().stream().mapToLong(n -> n).sum();
  }

  /** The same by element key; elements of which the account has none are left out. */
  public Map<String, Long> countByElement(Connection connection, long accountId)
      throws SQLException {
    return counts.byElement(connection, accountId);
  }

  /** How many instances of the element the account has: kept, too. */
  public long count(Connection connection, long accountId, String elementKey) throws SQLException {
    return counts.ofElement(connection, accountId, elementKey);
  }

  /** The token of the instance, opened. */
  public Optional<String> tokenOf(Connection connection, long id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select sealed_token from instance where id = ?")) {
      statement.setLong(1, id);
      try (ResultSet result = statement.executeQuery()) {
        return result.next()
            ? Optional.of(new String(row.openToken(id, result.getBytes(1)), StandardCharsets.UTF_8))
            : Optional.empty();
      }
    }
  }

  private Optional<Instance> first(Connection connection, String sql, Object... parameters)
      throws SQLException {
    return list(connection, sql, parameters).stream().findFirst();
  }

  private List<Instance> list(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet result = statement.executeQuery()) {
        List<Instance> instances = new ArrayList<>();
        while (result.next()) {
          instances.add(row.read(result));
        }
        return instances;
      }
    }
  }
}
