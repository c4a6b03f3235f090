package io.autotaskprovisioner.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.element.ElementBeans;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.ClaimedRequest;
import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.journal.JournalBeans;
import io.autotaskprovisioner.journal.JournalEntry;
import io.autotaskprovisioner.journal.JournalRecord;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.journal.RequestStatus;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The worker between a real journal and a scripted provisioning route. */
class ProvisioningWorkerTest {

  private static final int CONCURRENCY = 4;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ProvisioningScript script = new ProvisioningScript();
  private TestDatabase database;
  private DefaultCamelContext context;
  private Journal journal;

  @BeforeEach
  void openJournal() throws Exception {
    database = TestDatabase.h2();
    insertAccount();
    context = new DefaultCamelContext();
    Properties settings = new Properties();
    settings.setProperty("provisioning.worker.concurrency", Integer.toString(CONCURRENCY));
    // Far apart, so that a test that passes was woken.
    settings.setProperty("provisioning.worker.poll-interval", "10m");
    context.getPropertiesComponent().setInitialProperties(settings);
    context.getRegistry().bind("meterRegistry", meters);
    context.getRegistry().bind("clock", Clock.systemUTC());
    context.getRegistry().bind("database", database.database());
    context.getRegistry().bind("keyRing", database.keyRing());
    new ElementBeans().configure(context);
    new JournalBeans().configure(context);
    context
        .getRegistry()
        .bind(
            "suspectedRows",
            new SuspectedRows(
                new JdbcLoginGuard(database.database(), database.keyRing(), Clock.systemUTC()),
                context.getRegistry().findSingleByType(Journal.class),
                context.getRegistry().findSingleByType(ElementCatalogue.class),
                null));
    WorkerBeans.addWorker(context);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:provisioning").routeId("provisioning").process(script);
          }
        });
    journal = context.getRegistry().findSingleByType(Journal.class);
    script.journal = journal;
    script.database = database.database();
  }

  @AfterEach
  void closeJournal() {
    script.letGo();
    context.stop();
    database.close();
  }

  @Test
  void requests_accepted_before_the_start_and_after_it_are_worked_on_at_once() {
    accept("before");
    context.start();
    await().untilAsserted(() -> assertThat(entries(RequestStatus.SUCCEEDED)).hasSize(1));

    accept("after");

    await().untilAsserted(() -> assertThat(entries(RequestStatus.SUCCEEDED)).hasSize(2));
    assertThat(counted("succeeded")).isEqualTo(2);
  }

  @Test
  void the_route_gets_the_request_its_claim_and_a_deadline_of_a_minute() {
    context.start();
    accept("ann");
    await().until(() -> script.seen.size() == 1);

    Exchange exchange = script.seen.peek();
    assertThat(exchange.getProperty(ProvisioningProperties.CLAIM, ClaimedRequest.class).request())
        .isEqualTo(request("ann"));
    assertThat(exchange.getProperty(ProvisioningProperties.DEADLINE, Instant.class))
        .isBetween(Instant.now(), Instant.now().plusSeconds(60));
  }

  @Test
  void no_more_than_the_concurrency_is_under_way_and_all_of_it_gets_done() {
    script.hold = true;
    context.start();
    for (int i = 0; i < 20; i++) {
      accept("user-" + i);
    }
    await().until(() -> script.seen.size() == CONCURRENCY);
    assertThat(entries(RequestStatus.RUNNING)).hasSize(CONCURRENCY);

    script.letGo();

    await().untilAsserted(() -> assertThat(entries(RequestStatus.SUCCEEDED)).hasSize(20));
    assertThat(script.mostAtOnce).hasValueLessThanOrEqualTo(CONCURRENCY);
  }

  @Test
  void a_rejection_fails_the_request_with_its_class() {
    script.failure =
        new ProvisioningException(Failure.of(FailureClass.REJECTED_CREDENTIALS, "Rejected"));
    context.start();
    accept("ann");

    await().untilAsserted(() -> assertThat(entries(RequestStatus.FAILED)).hasSize(1));
    JournalEntry entry = entries(RequestStatus.FAILED).get(0);
    assertThat(entry.failureClass()).isEqualTo(FailureClass.REJECTED_CREDENTIALS);
    assertThat(entry.failureMessage()).isEqualTo("Rejected");
    await().untilAsserted(() -> assertThat(counted("failed")).isEqualTo(1));
  }

  @Test
  void an_unexpected_error_is_ours_and_tried_again_without_telling_its_words() {
    script.failure = new IllegalStateException("password=s3cret");
    context.start();
    accept("ann");

    await()
        .untilAsserted(
            () ->
                assertThat(entries(RequestStatus.WAITING))
                    .isNotEmpty()
                    .allSatisfy(entry -> assertThat(entry.failureClass()).isNotNull()));
    JournalEntry entry = entries(RequestStatus.WAITING).get(0);
    assertThat(entry.failureClass()).isEqualTo(FailureClass.INTERNAL_ERROR);
    assertThat(entry.failureMessage()).doesNotContain("s3cret");
    assertThat(entry.attempts()).isEqualTo(1);
    await().untilAsserted(() -> assertThat(counted("retried")).isEqualTo(1));
  }

  @Test
  void under_a_suspended_code_a_request_waits_and_no_attempt_is_counted() {
    script.failure =
        new ProvisioningException(
            new Failure(FailureClass.INTEGRATION_CODE, "Suspended", null, Duration.ofSeconds(30)));
    context.start();
    accept("ann");

    await()
        .untilAsserted(
            () ->
                assertThat(entries(RequestStatus.WAITING))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.failureClass()).isNotNull()));
    JournalEntry entry = entries(RequestStatus.WAITING).get(0);
    assertThat(entry.attempts()).isZero();
    assertThat(entry.nextAttemptAt()).isAfter(Instant.now().plusSeconds(10));
  }

  @Test
  void at_the_end_nothing_more_is_claimed_and_what_is_under_way_ends() throws Exception {
    script.hold = true;
    context.start();
    for (int i = 0; i < 10; i++) {
      accept("user-" + i);
    }
    await().until(() -> script.seen.size() == CONCURRENCY);

    Thread stopper = new Thread(context::stop);
    stopper.start();
    await().until(() -> context.isStopping() || stopper.getState() == Thread.State.TIMED_WAITING);
    assertThat(stopper.isAlive()).isTrue();
    script.letGo();
    stopper.join();

    assertThat(script.seen).hasSize(CONCURRENCY);
    assertThat(entries(RequestStatus.SUCCEEDED)).hasSize(CONCURRENCY);
    assertThat(entries(RequestStatus.WAITING)).hasSize(10 - CONCURRENCY);
  }

  @Test
  void the_gauges_tell_the_depth() {
    context.start();
    assertThat(meters.get("journal.depth").tag("status", "waiting").gauge().value()).isZero();
    assertThat(meters.get("journal.oldest.due.seconds").gauge().value()).isZero();
  }

  private double counted(String outcome) {
    return meters.counter("provisioning.requests", "door", "queue", "outcome", outcome).count();
  }

  private List<JournalEntry> entries(RequestStatus status) {
    return journal.list(new JournalFilter(null, null, null, status, null), 0, 100);
  }

  private void accept(String user) {
    journal
        .accept(
            List.of(
                new JournalRecord(
                    1, Door.QUEUE, null, 1L, user, user + ":0", request(user), null, null)))
        .join();
  }

  private static ProvisioningRequest request(String user) {
    return new ProvisioningRequest(
        1,
        null,
        "autotaskfinance",
        user,
        null,
        Map.of("finance.autotask.username", user),
        ProvisioningRequest.NO_EXTERNAL_AUTHENTICATION,
        null);
  }

  private void insertAccount() {
    database
        .database()
        .transaction(
            connection -> {
              try (PreparedStatement statement =
                  connection.prepareStatement(
                      """
                      insert into account (id, email, first_name, last_name, role,
                        user_secret_hash, organization_secret_hash, sealed_user_secret,
                        sealed_organization_secret, created_at)
                      values (1, 'a@example.com', 'A', 'B', 'admin', ?, ?, ?, ?, current_timestamp)
                      """)) {
                for (int i = 1; i <= 4; i++) {
                  statement.setBytes(i, new byte[] {1});
                }
                return statement.executeUpdate();
              }
            });
  }

  /** Stands where the provisioning steps stand: ends each exchange from another thread. */
  private static final class ProvisioningScript extends AsyncProcessorSupport {

    private final Queue<Exchange> seen = new ConcurrentLinkedQueue<>();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final CountDownLatch held = new CountDownLatch(1);
    private volatile boolean hold;
    private volatile Exception failure;
    private volatile Journal journal;
    private volatile Database database;

    void letGo() {
      held.countDown();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
      mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      seen.add(exchange);
      new Thread(
              () -> {
                if (hold) {
                  awaitLetGo();
                }
                atOnce.decrementAndGet();
                if (failure != null) {
                  exchange.setException(failure);
                  callback.done(false);
                  return;
                }
                ClaimedRequest claim =
                    exchange.getProperty(ProvisioningProperties.CLAIM, ClaimedRequest.class);
                database
                    .write(connection -> journal.succeed(connection, claim, claim.id()))
                    .whenComplete((done, problem) -> callback.done(false));
              })
          .start();
      return false;
    }

    private void awaitLetGo() {
      try {
        held.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
