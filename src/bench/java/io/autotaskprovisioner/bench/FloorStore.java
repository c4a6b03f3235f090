package io.autotaskprovisioner.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * One thread and one connection: whatever waits is written in one transaction, so that many
 * requests share a commit. The tables are the program's own.
 */
final class FloorStore {

  /** The one account. */
  static final long ACCOUNT = 1_000;

  private static final int GROUP = 256;

  private static final String INSTANCE =
      """
      insert into instance (id, account_id, element_key, name, token_hash, sealed_token, user_name,
        server_url, sealed_secrets, tags_json, configuration_json, external_authentication, valid,
        disabled, trace_logging_enabled, zone_name, zone_url, web_url, database_id,
        request_threshold, threshold_timeframe_minutes, timeframe_request_count, verified_at,
        created_at, updated_at, version)
      values (?, ?, 'autotaskfinance', ?, ?, ?, ?, ?, ?, ?, ?, 'none', true, false, false, ?, ?, ?,
        ?, ?, ?, ?, ?, ?, ?, 1)
      """;

  private static final String EVENT =
      """
      insert into event (id, type, account_id, instance_id, occurred_at, data_json)
      values (?, 'instance.provisioned', ?, ?, ?, ?)
      """;

  private static final String DELIVERY =
      """
      insert into delivery
        (id, event_id, account_id, instance_id, destination, status, next_attempt_at, created_at)
      values (?, ?, ?, ?, 'receiver', 'PENDING', ?, ?)
      """;

  private static final String DELIVERED =
      """
      update delivery
      set status = 'DELIVERED', attempts = 1, last_status_code = 204, finished_at = ?
      where id = any(?)
      """;

  private record Write(FloorInstance instance, Promise<FloorInstance> promise, Context context) {}

  private final Connection connection;
  private final FloorDelivery delivery;
  private final BlockingQueue<Write> writes = new LinkedBlockingQueue<>();

  FloorStore(String url, String user, String password, FloorDelivery delivery) throws SQLException {
    this.connection = DriverManager.getConnection(url, user, password);
    this.connection.setAutoCommit(false);
    this.delivery = delivery;
    Thread writer = new Thread(this::write, "writer");
    writer.setDaemon(true);
    writer.start();
    delivery.onDelivered(() -> writes.add(new Write(null, null, null)));
  }

  /** Completes on the caller's event loop, after the commit. */
  Future<FloorInstance> store(FloorInstance instance) {
    Promise<FloorInstance> promise = Promise.promise();
    writes.add(new Write(instance, promise, Vertx.currentContext()));
    return promise.future();
  }

  private void write() {
    List<Write> group = new ArrayList<>(GROUP);
    while (true) {
      try {
        group.clear();
        group.add(writes.take());
        writes.drainTo(group, GROUP - 1);
        group.removeIf(write -> write.instance == null);
        List<Long> delivered = delivery.takeDelivered();
        write(group.stream().map(Write::instance).toList(), delivered);
        for (Write write : group) {
          write.context.runOnContext(unused -> write.promise.complete(write.instance));
          delivery.post(write.instance);
        }
      } catch (SQLException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void write(List<FloorInstance> instances, List<Long> delivered) throws SQLException {
    if (!instances.isEmpty()) {
      try (PreparedStatement instance = connection.prepareStatement(INSTANCE);
          PreparedStatement event = connection.prepareStatement(EVENT);
          PreparedStatement due = connection.prepareStatement(DELIVERY)) {
        for (FloorInstance each : instances) {
          add(instance, each);
          addEvent(event, each);
          addDelivery(due, each);
        }
        instance.executeBatch();
        event.executeBatch();
        due.executeBatch();
      }
    }
    if (!delivered.isEmpty()) {
      try (PreparedStatement update = connection.prepareStatement(DELIVERED)) {
        update.setObject(1, OffsetDateTime.now(ZoneOffset.UTC));
        update.setArray(2, connection.createArrayOf("bigint", delivered.toArray()));
        update.executeUpdate();
      }
    }
    connection.commit();
  }

  private static void add(PreparedStatement insert, FloorInstance instance) throws SQLException {
    OffsetDateTime now = instance.createdAt().atOffset(ZoneOffset.UTC);
    int i = 0;
    insert.setLong(++i, instance.id());
    insert.setLong(++i, ACCOUNT);
    insert.setString(++i, instance.name());
    insert.setBytes(++i, instance.tokenHash());
    insert.setBytes(++i, instance.sealedToken());
    insert.setString(++i, instance.userName());
    insert.setString(++i, instance.serverUrl());
    insert.setBytes(++i, instance.sealedSecrets());
    insert.setString(++i, instance.tags());
    insert.setString(++i, instance.configuration());
    insert.setString(++i, instance.zone().name());
    insert.setString(++i, instance.zone().url().toString());
    insert.setString(++i, instance.zone().webUrl());
    insert.setLong(++i, instance.zone().databaseId());
    insert.setInt(++i, instance.threshold());
    insert.setInt(++i, instance.timeframe());
    insert.setInt(++i, instance.used());
    insert.setObject(++i, now);
    insert.setObject(++i, now);
    insert.setObject(++i, now);
    insert.addBatch();
  }

  private static void addEvent(PreparedStatement insert, FloorInstance instance)
      throws SQLException {
    insert.setLong(1, instance.id());
    insert.setLong(2, ACCOUNT);
    insert.setLong(3, instance.id());
    insert.setObject(4, instance.createdAt().atOffset(ZoneOffset.UTC));
    insert.setString(5, instance.event());
    insert.addBatch();
  }

  private static void addDelivery(PreparedStatement insert, FloorInstance instance)
      throws SQLException {
    OffsetDateTime now = instance.createdAt().atOffset(ZoneOffset.UTC);
    insert.setLong(1, instance.id());
    insert.setLong(2, instance.id());
    insert.setLong(3, ACCOUNT);
    insert.setLong(4, instance.id());
    insert.setObject(5, now);
    insert.setObject(6, now);
    insert.addBatch();
  }
}
