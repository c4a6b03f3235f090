package io.autotaskprovisioner.movein;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.autotask.VerifiedLogin;
import io.autotaskprovisioner.delivery.DeliveryBeans;
import io.autotaskprovisioner.delivery.Outbox;
import io.autotaskprovisioner.element.ElementBeans;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.InstanceBeans;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.instance.Tenants;
import io.autotaskprovisioner.intake.RequestNormalizer;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.movein.ImportRows.Claim;
import io.autotaskprovisioner.movein.ImportRows.Item;
import io.autotaskprovisioner.movein.ImportState.Status;
import io.autotaskprovisioner.provisioning.InstanceEvents;
import io.autotaskprovisioner.provisioning.InstanceImport;
import io.autotaskprovisioner.provisioning.LoginProof;
import io.autotaskprovisioner.provisioning.RequestValidation;
import io.autotaskprovisioner.provisioning.VerifiedRequest;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.support.MutableClock;
import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Registry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Imports on a real database; a route plays what Autotask says of a password. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ImportsSuite {

  private static final long ACCOUNT = 1;
  private static final Duration LEASE = Duration.ofMinutes(2);

  private final MutableClock clock = MutableClock.standing();
  private final Vertx vertx = Vertx.vertx();
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final AtomicInteger asked = new AtomicInteger();
  private final Set<String> away = ConcurrentHashMap.newKeySet();
  private TestDatabase database;
  private Imports imports;
  private ImportRows rows;
  private ImportEnd end;
  private ImportRunner runner;

  abstract TestDatabase open();

  @BeforeAll
  void openDatabase() throws Exception {
    database = open();
    Properties settings = new Properties();
    settings.put("data.directory", database.directory().toString());
    settings.put("element.directory", database.directory().resolve("elements").toString());
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
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:verify-autotask").errorHandler(noErrorHandler()).process(e -> answer(e));
          }
        });
    context.start();
    build(registry, database.database());
  }

  private void build(Registry registry, Database db) {
    ElementCatalogue catalogue = registry.findSingleByType(ElementCatalogue.class);
    Instances instances = registry.findSingleByType(Instances.class);
    InstanceReader reader =
        new InstanceReader(
            catalogue, new RequestNormalizer(catalogue), new RequestValidation(catalogue));
    rows = new ImportRows(database.keyRing());
    imports =
        new Imports(
            db, instances, new ImportChecker(db, instances, catalogue, reader), rows, clock);
    end =
        new ImportEnd(
            db,
            rows,
            reader,
            new InstanceImport(
                instances,
                registry.findSingleByType(Tenants.class),
                catalogue,
                new InstanceEvents(db, registry.findSingleByType(InstanceJson.class)),
                registry.findSingleByType(Outbox.class),
                clock),
            clock);
    runner = new ImportRunner(db, rows, reader, end, catalogue, new LoginProof(context), clock);
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
    database.execute(
        """
        insert into account (id, email, first_name, last_name, role, user_secret_hash,
          organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
        values (1, 'a@b.example', 'A', 'B', 'admin', '\\x01', '\\x01', '\\x01', '\\x01',
          current_timestamp)
        """);
    asked.set(0);
    away.clear();
  }

  @Test
  void all_of_an_import_is_stored_with_its_events_and_its_secrets_are_wiped() {
    long id = begin(40, "right");
    assertThat(state(id).waiting()).isEqualTo(40);
    assertThat(sealedRows()).isEqualTo(40);

    runner.work();

    assertThat(state(id).status()).isEqualTo(Status.IMPORTED);
    assertThat(state(id).proven()).isEqualTo(40);
    assertThat(stored()).isEqualTo(40);
    assertThat(database.number("select count(*) from event")).isEqualTo(40);
    assertThat(sealedRows()).isZero();
    assertThat(asked.get()).isEqualTo(40);
  }

  @Test
  void what_was_proven_before_a_kill_is_not_asked_again() {
    long id = begin(5, "right");
    Claim claim = claim();
    noteProven(claim, 3);
    runner.work();
    assertThat(asked.get()).as("while the lease is held").isZero();

    killedLongAgo();
    runner.work();

    assertThat(asked.get()).isEqualTo(2);
    assertThat(state(id).status()).isEqualTo(Status.IMPORTED);
    assertThat(stored()).isEqualTo(5);
  }

  @Test
  void a_process_that_was_overtaken_stores_and_changes_nothing() {
    long id = begin(3, "right");
    Claim late = claim();
    killedLongAgo();
    runner.work();
    assertThat(stored()).isEqualTo(3);

    end.conclude(late);

    assertThat(state(id).status()).isEqualTo(Status.IMPORTED);
    assertThat(database.number("select count(*) from event")).isEqualTo(3);
    assertThat(inTransaction(late)).isFalse();
  }

  @Test
  void one_rejected_login_keeps_all_out_and_every_failure_is_told() {
    ArrayNode credentials = credentials(4, "right");
    ((ObjectNode) credentials.get(1)).put("password", "wrong");
    ((ObjectNode) credentials.get(3)).put("password", "wrong");
    long id = begin(instances(4), credentials);

    runner.work();

    ImportState state = state(id);
    assertThat(state.status()).isEqualTo(Status.FAILED);
    assertThat(state.proven()).isEqualTo(2);
    assertThat(state.failures()).extracting(ImportState.ItemFailure::place).containsExactly(2, 4);
    assertThat(state.failures())
        .allMatch(failure -> failure.failureClass().equals("REJECTED_CREDENTIALS"));
    assertThat(stored()).isZero();
    assertThat(database.number("select count(*) from event")).isZero();
    assertThat(sealedRows()).isZero();
  }

  @Test
  void a_login_that_could_not_be_asked_is_asked_again_later_and_the_others_are_not() {
    away.add("user-2@example.com");
    long id = begin(3, "right");
    runner.work();
    assertThat(state(id).status()).isEqualTo(Status.PROVING);
    assertThat(state(id).failures()).allMatch(ImportState.ItemFailure::again).hasSize(1);
    runner.work();
    assertThat(asked.get()).as("before its time").isEqualTo(3);

    away.clear();
    clock.advance(Duration.ofSeconds(5));
    runner.work();

    assertThat(asked.get()).isEqualTo(4);
    assertThat(state(id).status()).isEqualTo(Status.IMPORTED);
    assertThat(state(id).failures()).isEmpty();
  }

  @Test
  void a_login_that_is_away_for_a_day_ends_the_import() {
    away.add("user-1@example.com");
    long id = begin(1, "right");
    runner.work();
    clock.advance(Duration.ofHours(24));
    runner.work();
    assertThat(state(id).status()).isEqualTo(Status.FAILED);
    assertThat(stored()).isZero();
  }

  @Test
  void an_id_that_was_taken_meanwhile_keeps_all_out() {
    long first = begin(3, "right");
    ArrayNode other = instances(1);
    ((ObjectNode) other.get(0)).put("id", 503).put("token", "another-token-of-that-service");
    long second = begin(other, credentials(1, "right", 503));

    runner.work();

    assertThat(state(first).status()).isEqualTo(Status.IMPORTED);
    assertThat(state(second).status()).isEqualTo(Status.FAILED);
    assertThat(state(second).failures().get(0).message()).contains("has become another instance's");
    assertThat(stored()).isEqualTo(3);
  }

  @Test
  void the_same_import_twice_at_once_stores_its_instances_once() {
    long first = begin(3, "right");
    long second = begin(3, "right");
    runner.work();
    assertThat(state(first).status()).isEqualTo(Status.IMPORTED);
    assertThat(state(second).status()).isEqualTo(Status.IMPORTED);
    assertThat(stored()).isEqualTo(3);
    assertThat(database.number("select count(*) from event")).isEqualTo(3);
    assertThat(check(3, "right").presentCount()).isEqualTo(3);
  }

  @Test
  void a_cancelled_import_stores_nothing_even_where_all_of_it_was_proven() {
    long id = begin(2, "right");
    Claim claim = claim();
    noteProven(claim, 2);
    assertThat(imports.cancel(id).orElseThrow().status()).isEqualTo(Status.CANCELLED);
    assertThat(sealedRows()).isZero();

    killedLongAgo();
    runner.work();

    assertThat(state(id).status()).isEqualTo(Status.CANCELLED);
    assertThat(stored()).isZero();
    assertThat(imports.cancel(-1)).isEmpty();
  }

  @Test
  void ended_imports_are_forgotten_after_ninety_days() {
    long id = begin(Imports.PIECE + 1, "right");
    imports.cancel(id);
    clock.advance(Duration.ofDays(91));
    long later = begin(2, "right");
    assertThat(imports.find(id)).isEmpty();
    assertThat(imports.latest(10)).extracting(ImportState::id).containsExactly(later);
  }

  private void answer(Exchange exchange) {
    asked.incrementAndGet();
    ProvisioningRequest request = exchange.getMessage().getBody(ProvisioningRequest.class);
    if (away.contains(request.configuration().get("finance.autotask.username"))) {
      throw new ProvisioningException(Failure.of(FailureClass.UNREACHABLE, "Nobody there."));
    }
    if (request.configuration().get("finance.autotask.password").equals("wrong")) {
      throw new ProvisioningException(
          Failure.of(FailureClass.REJECTED_CREDENTIALS, "Not accepted."));
    }
    exchange
        .getMessage()
        .setBody(
            new VerifiedRequest(
                request,
                new VerifiedLogin(
                    "Zone",
                    URI.create("https://zone.example/"),
                    null,
                    20264L,
                    10_000,
                    60,
                    1,
                    clock.instant())));
  }

  private long begin(int count, String password) {
    return begin(instances(count), credentials(count, password));
  }

  private long begin(ArrayNode instances, ArrayNode credentials) {
    ImportCheck check = imports.check(instances, credentials, ACCOUNT, false);
    assertThat(check.problems()).isEmpty();
    return imports.begin(check, ACCOUNT).id();
  }

  private ImportCheck check(int count, String password) {
    return imports.check(instances(count), credentials(count, password), ACCOUNT, false);
  }

  private static ArrayNode instances(int count) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (int i = 1; i <= count; i++) {
      ObjectNode instance = array.addObject().put("id", 500 + i).put("name", "Moved " + i);
      instance
          .put("token", "token-of-the-hosted-service-" + i)
          .put("createdDate", "2017-08-07T18:46:38Z");
      instance.putObject("element").put("key", "autotaskfinance");
      instance
          .putObject("configuration")
          .put("finance.autotask.username", "user-" + i + "@example.com")
          .put("finance.autotask.password", "********")
          .put("finance.autotask.server.url", "https://ww3.autotask.net");
    }
    return array;
  }

  private static ArrayNode credentials(int count, String password) {
    return credentials(count, password, 501);
  }

  private static ArrayNode credentials(int count, String password, long firstId) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < count; i++) {
      array.addObject().put("id", firstId + i).put("password", password);
    }
    return array;
  }

  private Claim claim() {
    return database
        .database()
        .transaction(connection -> rows.claim(connection, LEASE, clock.instant()))
        .orElseThrow();
  }

  private boolean inTransaction(Claim claim) {
    return database.database().transaction(connection -> rows.keep(connection, claim, LEASE));
  }

  private void noteProven(Claim claim, int count) {
    database
        .database()
        .transaction(
            connection -> {
              List<Item> items = rows.items(connection, claim, false, clock.instant(), count);
              for (Item item : items) {
                rows.proven(
                    connection,
                    claim,
                    item,
                    new TenantDetails(
                        null,
                        "https://zone.example/",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        clock.instant()),
                    clock.instant());
              }
              return null;
            });
  }

  private void killedLongAgo() {
    database.execute(
        "update import_job set lease_until = current_timestamp - interval '1' second"
            + " where lease_until is not null");
  }

  private ImportState state(long id) {
    return imports.find(id).orElseThrow();
  }

  private long stored() {
    return database.number("select count(*) from instance");
  }

  private long sealedRows() {
    return database.number("select count(*) from import_item where sealed_instance is not null");
  }
}
