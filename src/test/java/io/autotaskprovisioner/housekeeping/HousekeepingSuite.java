package io.autotaskprovisioner.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The routes of housekeeping against rows of every age. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HousekeepingSuite {

  static final String OLD = "current_timestamp - interval '91' day";
  private static final String VERY_OLD = "current_timestamp - interval '366' day";
  private static final String NEW = "current_timestamp - interval '1' day";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Path folder;
  TestDatabase database;
  private CamelContext context;
  private ProducerTemplate routes;

  abstract TestDatabase fresh();

  @BeforeAll
  void start(@TempDir Path shared) throws Exception {
    folder = shared;
    database = fresh();
    context = new DefaultCamelContext();
    Properties properties = new Properties();
    properties.setProperty("intake.file.archive-directory", folder.resolve("archive").toString());
    properties.setProperty("intake.file.results-directory", folder.resolve("results").toString());
    context.getPropertiesComponent().setInitialProperties(properties);
    context.getRegistry().bind("dataSource", database.database().dataSource());
    context.getRegistry().bind("meterRegistry", meters);
    context.getRegistry().bind("clock", Clock.systemUTC());
    new HousekeepingBeans().configure(context);
    for (Path file : routeFiles()) {
      PluginHelper.getRoutesLoader(context)
          .loadRoutes(ResourceHelper.resolveResource(context, "file:" + file.toAbsolutePath()));
    }
    context.start();
    routes = context.createProducerTemplate();
  }

  @AfterAll
  void stop() throws Exception {
    routes.close();
    context.close();
    database.close();
  }

  @BeforeEach
  void clear() {
    database.clear();
    database.execute(
        """
        insert into account (id, email, first_name, last_name, role, user_secret_hash,
          organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
        select 1, 'a@example.com', 'A', 'B', 'ADMIN', t.b, t.b, t.b, t.b, current_timestamp
        from (select cast('x' as bytea) as b) t
        """);
  }

  @Test
  void ended_requests_go_after_their_time_however_many_they_are_and_no_others() {
    requests(1, 2_500, "SUCCEEDED", OLD, null);
    requests(10_001, 10, "DUPLICATE", OLD, null);
    requests(10_101, 10, "DISCARDED", OLD, null);
    requests(10_201, 10, "SUCCEEDED", NEW, null);
    requests(10_301, 10, "FAILED", OLD, null);
    requests(10_401, 10, "WAITING", null, null);
    requests(10_501, 10, "RUNNING", null, null);

    double before = counted("succeeded requests");
    forget("journal-succeeded");
    forget("journal-duplicate");
    forget("journal-discarded");

    assertThat(database.number("select count(*) from provisioning_request")).isEqualTo(40);
    assertThat(database.number("select count(*) from provisioning_request where id < 10200"))
        .isZero();
    assertThat(counted("succeeded requests") - before).isEqualTo(2_500);
  }

  @Test
  void administrative_acts_stay_for_a_year() {
    for (String at : new String[] {VERY_OLD, OLD}) {
      database.execute(
          """
          insert into audit (id, occurred_at, place, act, target_kind, outcome)
          select nextval('audit_ids'), t.at, 'x', 'BATCH_CANCEL', 'batch', 'DONE'
          from (select %s as at from generate_series(1, 3)) t
          """
              .formatted(at));
    }

    forget("audit");

    assertThat(database.number("select count(*) from audit")).isEqualTo(3);
    assertThat(
            database.number(
                "select count(*) from audit where occurred_at > current_timestamp - interval '92' day"))
        .isEqualTo(3);
  }

  @Test
  void failed_requests_stay_for_a_year() {
    requests(1, 10, "FAILED", VERY_OLD, null);
    requests(101, 10, "FAILED", OLD, null);

    forget("journal-failed");

    assertThat(database.number("select min(id) from provisioning_request")).isEqualTo(101);
  }

  @Test
  void rows_that_are_not_old_enough_stand_in_the_way_of_none() {
    requests(1, 700, "SUCCEEDED", NEW, null);
    requests(1_001, 1_500, "SUCCEEDED", OLD, null);

    forget("journal-succeeded");

    assertThat(database.number("select count(*) from provisioning_request")).isEqualTo(700);
  }

  @Test
  void a_request_of_a_batch_that_is_not_done_and_those_whose_reply_is_not_sent_stay() {
    batch(7, "RUNNING", null);
    requests(1, 1, "SUCCEEDED", OLD, 7);
    requests(2, 3, "SUCCEEDED", OLD, null);
    database.execute(
        "insert into queue_reply (request_id, account_id, refused) values (4, 1, true)",
        """
        insert into queue_reply (request_id, account_id, due_at) values (2, 1, current_timestamp)
        """,
        "insert into queue_reply (request_id, account_id, sent_at) values (3, 1, current_timestamp)");

    forget("journal-succeeded");

    assertThat(database.number("select sum(id) from provisioning_request")).isEqualTo(1 + 2 + 4);
    assertThat(database.number("select count(*) from queue_reply")).isEqualTo(2);
  }

  @Test
  void a_batch_goes_when_none_of_its_requests_is_kept() {
    batch(1, "FINISHED", VERY_OLD);
    batch(2, "FINISHED", VERY_OLD);
    batch(3, "FINISHED", OLD);
    batch(4, "RUNNING", null);
    batch(5, "CANCELLED", VERY_OLD);
    requests(1, 1, "FAILED", OLD, 2);

    forget("journal-batches");

    assertThat(database.number("select sum(id) from batch")).isEqualTo(2 + 3 + 4);
  }

  @Test
  void an_event_goes_when_its_last_delivery_is_gone_but_not_while_one_is_under_way() {
    events(1, 2_500, OLD);
    deliveries(1, 2_500, "DELIVERED", OLD);
    events(10_001, 10, OLD);
    deliveries(10_001, 10, "PENDING", null);
    events(10_101, 10, OLD);
    deliveries(10_101, 10, "EXHAUSTED", OLD);
    events(10_201, 10, OLD);
    deliveries(10_201, 10, "DISCARDED", OLD);
    events(10_301, 10, NEW);
    deliveries(10_301, 10, "DELIVERED", NEW);
    events(10_401, 10, OLD);

    forget("outbox-events");
    assertThat(database.number("select count(*) from event")).isEqualTo(2_540);

    double before = counted("deliveries");
    forget("outbox-delivered");
    forget("outbox-given-up");
    forget("outbox-exhausted");
    forget("outbox-events");

    assertThat(database.number("select count(*) from delivery")).isEqualTo(30);
    assertThat(database.number("select count(*) from event")).isEqualTo(30);
    assertThat(database.number("select count(*) from event where id between 1 and 10000")).isZero();
    assertThat(counted("deliveries") - before).isEqualTo(2_500);
  }

  @Test
  void exhausted_deliveries_stay_for_a_year() {
    events(1, 2, VERY_OLD);
    deliveries(1, 1, "EXHAUSTED", VERY_OLD);
    deliveries(2, 1, "EXHAUSTED", OLD);

    forget("outbox-exhausted");

    assertThat(database.number("select sum(id) from delivery")).isEqualTo(2);
  }

  @Test
  void answers_to_idempotency_keys_go_after_a_day() {
    database.execute(
        """
        insert into idempotency_key (account_id, idempotency_key, fingerprint, reservation_id,
          reserved_until, created_at)
        select 1, cast(n as varchar), cast('x' as bytea), 1, current_timestamp,
          current_timestamp - case when n < 1500 then interval '25' hour else interval '23' hour end
        from generate_series(1, 1510) g(n)
        """);

    forget("idempotency-keys");

    assertThat(database.number("select count(*) from idempotency_key")).isEqualTo(11);
  }

  @Test
  void files_past_their_age_go_and_only_ours() throws IOException {
    Path archive = Files.createDirectories(folder.resolve("archive"));
    Path results = Files.createDirectories(folder.resolve("results"));
    Path mine = file(archive, "notes.txt", 400);
    Path below = file(Files.createDirectories(archive.resolve("below")), "a.1000.csv", 400);
    Path fresh = file(archive, "a.1001.csv", 89);
    file(archive, "a.1000.csv", 91);
    file(archive, "b c.1002.NDJSON", 91);
    Path summary = file(results, "a.summary.json", 89);
    file(results, "b.summary.json", 91);
    file(results, "b.failed.csv", 91);
    file(results, "b.succeeded.ndjson", 91);

    forget("files");

    try (Stream<Path> left = Files.walk(folder)) {
      assertThat(left.filter(Files::isRegularFile).toList())
          .contains(mine, below, fresh, summary)
          .noneMatch(file -> file.getFileName().toString().startsWith("b"))
          .doesNotContain(archive.resolve("a.1000.csv"));
    }
  }

  @Test
  void ended_operations_go_after_their_time() {
    database.execute(
        """
        insert into bulk_operation (id, kind, requested_by, filter_json, status, position, last_id,
          next_piece_at, created_at, finished_at)
        select n, 'RETRY_REQUESTS', 1, '{}', case when n = 1 then 'RUNNING' else 'FINISHED' end,
          0, 0, current_timestamp, %s, case n when 1 then null when 2 then %s else %s end
        from generate_series(1, 3) g(n)
        """
            .formatted(VERY_OLD, NEW, OLD));

    forget("operations");

    assertThat(database.number("select sum(id) from bulk_operation")).isEqualTo(1 + 2);
  }

  @Test
  void a_statement_that_fails_leaves_the_other_kinds_their_turn() {
    events(1, 10, OLD);
    deliveries(1, 10, "DELIVERED", OLD);
    database.execute("alter table idempotency_key rename to idempotency_key_away");
    try {
      routes.sendBody("direct:housekeeping-round", null);
    } finally {
      database.execute("alter table idempotency_key_away rename to idempotency_key");
    }

    assertThat(database.number("select count(*) from event")).isZero();
  }

  @Test
  void each_kind_has_its_turn() throws IOException {
    ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    Stream.Builder<String> kinds = Stream.builder();
    JsonNode round = null;
    for (Path file : routeFiles()) {
      for (JsonNode entry : yaml.readTree(file.toFile())) {
        String id = entry.at("/route/id").asText();
        if (id.equals("housekeeping-round")) {
          round = entry;
        } else if (entry.at("/route/from/uri").asText().equals("direct")
            && !id.equals("housekeeping-in-pieces")) {
          kinds.add(id);
        }
      }
    }

    assertThat(round).isNotNull();
    assertThat(round.at("/route/from/steps/0/multicast/steps").findValuesAsText("name"))
        .containsExactlyInAnyOrderElementsOf(kinds.build().toList());
  }

  final void forget(String kind) {
    routes.sendBody("direct:housekeeping-" + kind, null);
  }

  private double counted(String what) {
    Counter counter = meters.find("housekeeping.forgotten").tag("what", what).counter();
    return counter == null ? 0 : counter.count();
  }

  final void requests(long firstId, int count, String status, String finishedAt, Integer batch) {
    database.execute(
        """
        insert into provisioning_request (id, account_id, door, batch_id, lane, source_reference,
          status, next_attempt_at, created_at, finished_at)
        select n, 1, 'FILE', %s, 1, 'f.csv', '%s', current_timestamp, %s, %s
        from generate_series(%d, %d) g(n)
        """
            .formatted(batch, status, VERY_OLD, finishedAt, firstId, firstId + count - 1));
  }

  private void batch(long id, String status, String finishedAt) {
    database.execute(
        """
        insert into batch (id, account_id, door, name, result_name, checksum, size_bytes, format,
          status, created_at, finished_at)
        values (%d, 1, 'FILE', 'f.csv', 'f-%d', 'x', 1, 'CSV', '%s', %s, %s)
        """
            .formatted(id, id, status, VERY_OLD, finishedAt));
  }

  private void events(long firstId, int count, String occurredAt) {
    database.execute(
        """
        insert into event (id, type, account_id, instance_id, occurred_at, data_json)
        select n, 'autotask.instance.provisioned', 1, n, %s, '{}'
        from generate_series(%d, %d) g(n)
        """
            .formatted(occurredAt, firstId, firstId + count - 1));
  }

  /** One delivery for each event of the same number. */
  private void deliveries(long firstId, int count, String status, String finishedAt) {
    database.execute(
        """
        insert into delivery (id, event_id, account_id, instance_id, destination, status,
          next_attempt_at, created_at, finished_at)
        select n, n, 1, n, 'crm', '%s', current_timestamp, %s, %s
        from generate_series(%d, %d) g(n)
        """
            .formatted(status, VERY_OLD, finishedAt, firstId, firstId + count - 1));
  }

  private static Path file(Path folder, String name, int daysAgo) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "x");
    return Files.setLastModifiedTime(
        file, FileTime.from(Instant.now().minus(Duration.ofDays(daysAgo))));
  }

  private static List<Path> routeFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("housekeeping"))
          .toList();
    }
  }
}
