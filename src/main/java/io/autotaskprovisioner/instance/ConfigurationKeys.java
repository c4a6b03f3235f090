package io.autotaskprovisioner.instance;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.Sequence;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * The dictionary of configuration keys: each has one id for ever, the same for every instance.
 * Thread-safe; no method blocks. What was looked up once is remembered, since it never changes.
 */
public final class ConfigurationKeys {

  private static final int REMEMBERED = 10_000;

  private static final String BY_KEY =
      "select id, config_key from configuration_key where config_key = any(?)";

  private static final String BY_ID = "select config_key from configuration_key where id = ?";

  private static final String INSERT =
      "insert into configuration_key (id, config_key) values (?, ?) on conflict do nothing";

  private final Database database;
  private final Cache<String, Long> ids = cache();
  private final Cache<Long, String> keys = cache();

  public ConfigurationKeys(Database database) {
    this.database = database;
  }

  /** The ids of the keys, in the order of the keys; those that have none are given one. */
  public CompletableFuture<Map<String, Long>> idsOf(Collection<String> wanted) {
    Map<String, Long> known = new HashMap<>(ids.getAllPresent(wanted));
    Set<String> unknown = new LinkedHashSet<>(wanted);
    unknown.removeAll(known.keySet());
    if (unknown.isEmpty()) {
      return CompletableFuture.completedFuture(inOrder(wanted, known));
    }
    return database
        .read(connection -> find(connection, unknown))
        .thenCompose(
            found -> {
              known.putAll(found);
              unknown.removeAll(found.keySet());
              return unknown.isEmpty()
                  ? CompletableFuture.completedFuture(Map.<String, Long>of())
                  : database.write(connection -> add(connection, unknown));
            })
        .thenApply(
            added -> {
              known.putAll(added);
              known.forEach(this::remember);
              return inOrder(wanted, known);
            });
  }

  /** The key of the id; empty where none has it. */
  public CompletableFuture<Optional<String>> keyOf(long id) {
    String known = keys.getIfPresent(id);
    if (known != null) {
      return CompletableFuture.completedFuture(Optional.of(known));
    }
    return database
        .read(connection -> find(connection, id))
        .thenApply(
            found -> {
              found.ifPresent(key -> remember(key, id));
              return found;
            });
  }

  /**
   * Another process may have added one a moment ago: then its id counts. In one order everywhere,
   * so that no two processes wait for each other.
   */
  private Map<String, Long> add(Connection connection, Set<String> unknown) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (String key : new TreeSet<>(unknown)) {
        insert.setLong(1, database.nextId(Sequence.CONFIGURATION_KEY));
        insert.setString(2, key);
        insert.executeUpdate();
      }
    }
    return find(connection, unknown);
  }

  private static Map<String, Long> find(Connection connection, Set<String> wanted)
      throws SQLException {
    Map<String, Long> found = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(BY_KEY)) {
      select.setArray(1, connection.createArrayOf("varchar", wanted.toArray()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.put(row.getString("config_key"), row.getLong("id"));
        }
      }
    }
    return found;
  }

  private static Optional<String> find(Connection connection, long id) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(BY_ID)) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }

  private void remember(String key, long id) {
    ids.put(key, id);
    keys.put(id, key);
  }

  private static Map<String, Long> inOrder(Collection<String> wanted, Map<String, Long> known) {
    Map<String, Long> ordered = new LinkedHashMap<>();
    wanted.forEach(key -> ordered.put(key, known.get(key)));
    return ordered;
  }

  private static <K, V> Cache<K, V> cache() {
    return Caffeine.newBuilder().maximumSize(REMEMBERED).build();
  }
}
