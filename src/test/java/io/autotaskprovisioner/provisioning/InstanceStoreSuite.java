package io.autotaskprovisioner.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.delivery.DeliveryBeans;
import io.autotaskprovisioner.delivery.Outbox;
import io.autotaskprovisioner.element.ElementBeans;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.InstanceBeans;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.instance.Tenants;
import io.autotaskprovisioner.journal.ClaimedRequest;
import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.journal.Success;
import io.autotaskprovisioner.storage.Sequence;
import io.autotaskprovisioner.support.MutableClock;
import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Instances that are stored together, and ids that came with imported ones, in the way of those
 * that are drawn here.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InstanceStoreSuite {

  private final MutableClock clock = MutableClock.standing();
  private final Vertx vertx = Vertx.vertx();
  private final DefaultCamelContext context = new DefaultCamelContext();
  private TestDatabase database;
  private Instances instances;
  private InstanceStore store;
  private InstanceImport imports;
  private long lostClaim;
  private int successesAtOnce;

  abstract TestDatabase open();

  @BeforeAll
  void openDatabase() throws Exception {
    database = open();
    Properties settings = new Properties();
    settings.put("data.directory", database.directory().toString());
    settings.put("element.directory", database.directory().resolve("elements").toString());
    settings.put("delivery.crm.webhook", "http://127.0.0.1:1/hook");
    context.getPropertiesComponent().setInitialProperties(settings);
    Registry registry = context.getRegistry();
    registry.bind("database", database.database());
    registry.bind("keyRing", database.keyRing());
    registry.bind("clock", clock);
    registry.bind("meters", new SimpleMeterRegistry());
    registry.bind("vertx", vertx);
    new ElementBeans().configure(context);
    new InstanceBeans().configure(context);
    new DeliveryBeans().configure(context);
    instances = registry.findSingleByType(Instances.class);
    Tenants tenants = registry.findSingleByType(Tenants.class);
    Outbox outbox = registry.findSingleByType(Outbox.class);
    InstanceEvents events =
        new InstanceEvents(database.database(), registry.findSingleByType(InstanceJson.class));
    store =
        new InstanceStore(
            database.database(),
            (connection, successes) -> lostLeases(successes),
            instances,
            tenants,
            events,
            outbox);
    imports =
        new InstanceImport(
            instances,
            tenants,
            registry.findSingleByType(ElementCatalogue.class),
            events,
            outbox,
            clock);
  }

  @AfterAll
  void closeDatabase() {
    context.stop();
    vertx.close().toCompletionStage().toCompletableFuture().join();
    database.close();
  }

  @BeforeEach
  void emptyDatabase() {
    database.clear();
    for (int id = 1; id <= 2; id++) {
      database.execute(
          """
          insert into account (id, email, first_name, last_name, role, user_secret_hash,
            organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
          values (%1$d, 'a@b.example', 'A', 'B', 'admin', '\\x0%1$d', '\\x01', '\\x01', '\\x01',
            current_timestamp)
          """
              .formatted(id));
    }
  }

  @Test
  void fifteen_hundred_provisioned_instances_find_ids_beside_the_imported_ones() {
    long first = drawId() + 1;
    List<Long> imported = List.of(first + 5, first + 500);
    imported.forEach(id -> assertThat(imported(1, id, "imported-" + id)).isTrue());

    List<CompletableFuture<InstanceStore.Result>> stored = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      stored.add(store.store(instance(1, drawId(), "provisioned-" + i), null, null));
      if (i % 100 == 99) {
        CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).join();
      }
    }

    Set<Long> ids = new HashSet<>(imported);
    for (CompletableFuture<InstanceStore.Result> result : stored) {
      assertThat(result.join().outcome()).isEqualTo(InstanceStore.Outcome.STORED);
      assertThat(ids.add(result.join().instance().id())).isTrue();
    }
    assertThat(ids).hasSize(1_502);
    for (CompletableFuture<InstanceStore.Result> result : stored) {
      Instance instance = result.join().instance();
      // Sealed for the id it has in the end, and an event for each.
      assertThat(find(1, instance.id()).token()).isEqualTo(instance.token());
    }
    imported.forEach(id -> assertThat(find(1, id).token()).isEqualTo("imported-" + id));
    assertThat(database.number("select count(*) from instance")).isEqualTo(1_502);
    assertThat(database.number("select count(distinct instance_id) from event")).isEqualTo(1_502);
    assertThat(database.number("select count(*) from delivery")).isEqualTo(1_502);
    assertThat(count(1)).isEqualTo(1_502);
  }

  @Test
  void a_whole_range_of_imported_ids_is_soon_left_behind() {
    long first = drawId() + 1;
    for (long id = first; id < first + 300; id++) {
      imported(2, id, "range-" + id);
    }

    Instance instance = store.store(instance(1, drawId(), "behind"), null, null).join().instance();

    assertThat(instance.id()).isGreaterThanOrEqualTo(first + 300);
    assertThat(find(1, instance.id()).token()).isEqualTo("behind");
    assertThat(database.number("select count(*) from event where instance_id = " + instance.id()))
        .isEqualTo(1);
  }

  @Test
  void an_import_takes_no_id_and_no_token_of_another_and_is_harmless_twice() {
    assertThat(imported(1, 77, "mine")).isTrue();
    assertThat(imported(1, 77, "mine")).as("the very same").isTrue();
    assertThat(imported(1, 77, "other")).as("another token").isFalse();
    assertThat(imported(2, 77, "mine")).as("another account").isFalse();
    assertThat(imported(1, 78, "mine")).as("another id").isFalse();
    assertThat(database.number("select count(*) from event")).isEqualTo(1);
    assertThat(find(1, 77).createdAt()).isEqualTo(clock.instant().minusSeconds(3_600));
    assertThat(count(1)).isEqualTo(1);
  }

  @Test
  void what_is_stored_together_is_one_transaction_without_what_is_no_longer_the_callers() {
    lostClaim = 2;
    CountDownLatch goOn = new CountDownLatch(1);
    database.database().write(connection -> waitFor(goOn));
    List<CompletableFuture<InstanceStore.Result>> stored = new ArrayList<>();
    for (int claim = 1; claim <= 3; claim++) {
      stored.add(store.store(instance(1, drawId(), "claimed-" + claim), claim(claim)));
    }
    Instance first = instance(2, drawId(), "first", "the same key");
    stored.add(store.store(first, null, null));
    stored.add(store.store(instance(2, drawId(), "second", "the same key"), null, null));
    stored.add(store.store(instance(2, drawId(), "fenced"), (connection, instance) -> false, null));
    goOn.countDown();

    List<InstanceStore.Result> results = stored.stream().map(CompletableFuture::join).toList();
    assertThat(results)
        .extracting(InstanceStore.Result::outcome)
        .containsExactly(
            InstanceStore.Outcome.STORED,
            InstanceStore.Outcome.FENCED,
            InstanceStore.Outcome.STORED,
            InstanceStore.Outcome.STORED,
            InstanceStore.Outcome.KEY_TAKEN,
            InstanceStore.Outcome.FENCED);
    assertThat(results.get(4).instance().id()).isEqualTo(first.id());
    assertThat(successesAtOnce).isEqualTo(3);
    assertThat(count(1)).isEqualTo(2);
    assertThat(count(2)).isEqualTo(1);
    for (String table : List.of("instance", "event", "delivery", "instance_tag")) {
      assertThat(database.number("select count(*) from " + table)).as(table).isEqualTo(3);
    }
    assertThat(database.number("select count(*) from tenant")).isEqualTo(1);
  }

  private BitSet lostLeases(List<Success> successes) {
    successesAtOnce = successes.size();
    BitSet positions = new BitSet();
    for (int i = 0; i < successes.size(); i++) {
      positions.set(i, successes.get(i).claim().id() == lostClaim);
    }
    return positions;
  }

  private static ClaimedRequest claim(long id) {
    return new ClaimedRequest(
        id, 1, Door.QUEUE, null, "key-" + id, 1, Instant.EPOCH, Instant.EPOCH, request(1));
  }

  private static @Nullable Object waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return null;
  }

  private long drawId() {
    return database.database().nextId(Sequence.INSTANCE);
  }

  private boolean imported(long account, long id, String token) {
    InstanceImport.Prepared prepared =
        imports.prepare(
            new ProvenInstance(
                id,
                token,
                clock.instant().minusSeconds(3_600),
                false,
                false,
                request(account),
                tenant()));
    return database.database().transaction(connection -> imports.store(connection, prepared));
  }

  private Instance instance(long account, long id, String token) {
    return instance(account, id, token, null);
  }

  private Instance instance(long account, long id, String token, @Nullable String requestKey) {
    return new Instance(
        id,
        account,
        requestKey,
        "autotaskfinance",
        "Acme",
        token,
        List.of("Acme"),
        request(account).configuration(),
        "none",
        true,
        false,
        false,
        tenant(),
        clock.instant(),
        clock.instant(),
        1);
  }

  private static ProvisioningRequest request(long account) {
    return new ProvisioningRequest(
        account,
        null,
        "autotaskfinance",
        "Acme",
        null,
        Map.of(
            "finance.autotask.username",
            "api@acme.example",
            "finance.autotask.password",
            "hush-hush",
            "finance.autotask.server.url",
            "https://ww3.autotask.net"),
        "none",
        null);
  }

  private TenantDetails tenant() {
    return new TenantDetails(
        "Zone", "https://zone.example/", null, 20264L, 10_000, 60, 1, null, null, clock.instant());
  }

  private Instance find(long account, long id) {
    return database
        .database()
        .transaction(connection -> instances.find(connection, account, id))
        .orElseThrow();
  }

  private long count(long account) {
    return database.database().transaction(connection -> instances.count(connection, account));
  }
}
