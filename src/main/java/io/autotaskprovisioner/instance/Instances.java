package io.autotaskprovisioner.instance;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rows of the table {@code instance}. Thread-safe; every method runs on the caller's
 * connection.
 */
public final class Instances {

  private static final String INSERT =
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

  /** Every query of whole instances begins so: what was learnt of the tenant stands in its row. */
  private static final String SELECT =
      """
      select i.*, coalesce(t.product_version, i.product_version) as learnt_version,
        coalesce(t.company_name, i.company_name) as learnt_company
      from instance i left join tenant t on t.database_id = i.database_id
      """;

  private final InstanceRow row;

  public Instances(InstanceRow row) {
    this.row = row;
  }

  /** How an insert ended. */
  public enum Insertion {
    INSERTED,
    /** The very same instance is there already: an earlier commit, thought lost, took place. */
    ALREADY_STORED,
    /** Another instance bears the request key. */
    KEY_TAKEN
  }

  /** Inserts the instance, or says why there is nothing to insert. */
  public Insertion insert(Connection connection, Instance instance) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      row.write(statement, instance);
      if (statement.executeUpdate() == 1) {
        return Insertion.INSERTED;
      }
    }
    return find(connection, instance.accountId(), instance.id()).isPresent()
        ? Insertion.ALREADY_STORED
        : Insertion.KEY_TAKEN;
  }

  /** Removes the instance's row; answers whether there was one. */
  public boolean remove(Connection connection, long id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("delete from instance where id = ?")) {
      statement.setLong(1, id);
      return statement.executeUpdate() == 1;
    }
  }

  /** The account's instance of this id. */
  public Optional<Instance> find(Connection connection, long accountId, long id)
      throws SQLException {
    return first(connection, SELECT + "where account_id = ? and id = ?", accountId, id);
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
        SELECT + "where account_id = ? and id > ? order by id limit ?",
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

  /** How many instances the account has. */
  public long count(Connection connection, long accountId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select count(*) from instance where account_id = ?")) {
      statement.setLong(1, accountId);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
    }
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
