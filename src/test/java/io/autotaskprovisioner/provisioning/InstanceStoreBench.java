package io.autotaskprovisioner.provisioning;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.delivery.InstanceEvent;
import io.autotaskprovisioner.delivery.Outbox;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.InstanceRow;
import io.autotaskprovisioner.instance.InstanceTokenFactory;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.instance.Tenants;
import io.autotaskprovisioner.storage.Sequence;
import io.autotaskprovisioner.support.TestDatabase;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How many instances a second go through the store; by hand only, see the README. */
class InstanceStoreBench {

  private static final int ROUNDS = 5;
  private static final int INSTANCES = 10_000;
  private static final int UNDER_WAY = 256;

  private final ElementCatalogue catalogue = new ElementCatalogue(new ObjectMapper());
  private final InstanceTokenFactory tokens = new InstanceTokenFactory();

  @Test
  void h2() {
    run("H2", TestDatabase.h2());
  }

  @Test
  void postgresql() {
    run("PostgreSQL", TestDatabase.postgres());
  }

  private void run(String product, TestDatabase database) {
    try (database) {
      database.execute(
          """
          insert into account (id, email, first_name, last_name, role, user_secret_hash,
            organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
          select 1, 'a@b.example', 'A', 'B', 'admin', h, h, h, h, current_timestamp
          from (select cast('1' as bytea) as h) x
          """);
      InstanceJson json = new InstanceJson(catalogue, InstanceJson.ConfigurationEcho.MASKED);
      InstanceStore store =
          new InstanceStore(
              database.database(),
              (connection, none) -> new BitSet(),
              new Instances(new InstanceRow(new ObjectMapper(), database.keyRing(), catalogue)),
              new Tenants(),
              new InstanceEvents(database.database(), json),
              new PlainOutbox());
      for (int round = 1; round <= ROUNDS; round++) {
        long start = System.nanoTime();
        long cpu = cpuNanos();
        round(database, store);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf(
            "%s, round %d: %,d instances/s, %,d us of CPU time each%n",
            product,
            round,
            INSTANCES * 1000L / took.toMillis(),
            (cpuNanos() - cpu) / INSTANCES / 1000);
      }
    }
  }

  /** Of this process, the embedded database included; steady on a busy machine. */
  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private void round(TestDatabase database, InstanceStore store) {
    Deque<CompletableFuture<?>> underWay = new ArrayDeque<>();
    for (int i = 0; i < INSTANCES; i++) {
      if (underWay.size() == UNDER_WAY) {
        underWay.remove().join();
      }
      long id = database.database().nextId(Sequence.INSTANCE);
      underWay.add(store.store(instance(id), null, null));
    }
    underWay.forEach(CompletableFuture::join);
  }

  private Instance instance(long id) {
    Instant now = Instant.parse("2026-11-24T16:40:00Z");
    return new Instance(
        id,
        1,
        "req:" + id,
        "autotaskfinance",
        "Customer " + id,
        tokens.newToken(),
        List.of("Customer " + id),
        Map.of(
            "finance.autotask.username",
            "api-%d@example.com".formatted(id),
            "finance.autotask.password",
            "secret-" + id,
            "finance.autotask.server.url",
            "https://ww3.autotask.net"),
        "none",
        true,
        false,
        false,
        new TenantDetails(
            "Zone",
            "https://webservices3.autotask.net/",
            null,
            id % 1000,
            10_000,
            60,
            1,
            null,
            null,
            now),
        now,
        now,
        1);
  }

  /** The rows of one destination, without anybody who delivers. */
  private static final class PlainOutbox implements Outbox {

    @Override
    public void record(Connection connection, List<InstanceEvent> events) throws SQLException {
      for (InstanceEvent event : events) {
        recordOne(connection, event);
      }
    }

    private static void recordOne(Connection connection, InstanceEvent event) throws SQLException {
      try (var insert =
          connection.prepareStatement(
              "insert into event (id, type, account_id, instance_id, occurred_at, data_json)"
                  + " values (?, ?, ?, ?, current_timestamp, ?)")) {
        insert.setLong(1, event.id());
        insert.setString(2, event.type());
        insert.setLong(3, event.accountId());
        insert.setLong(4, event.instanceId());
        insert.setString(5, event.data().toString());
        insert.executeUpdate();
      }
      try (var insert =
          connection.prepareStatement(
              """
              insert into delivery (id, event_id, account_id, instance_id, destination, status,
                next_attempt_at, created_at)
              values (?, ?, ?, ?, 'crm', 'PENDING', current_timestamp, current_timestamp)
              """)) {
        insert.setLong(1, event.id());
        insert.setLong(2, event.id());
        insert.setLong(3, event.accountId());
        insert.setLong(4, event.instanceId());
        insert.executeUpdate();
      }
    }

    @Override
    public void wake() {}
  }
}
