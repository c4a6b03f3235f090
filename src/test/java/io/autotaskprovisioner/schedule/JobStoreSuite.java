package io.autotaskprovisioner.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.support.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TimeZone;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quartz.Scheduler;

/** Real Quartz schedulers on one real store, firing routes with the options of ours. */
abstract class JobStoreSuite {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<Node> nodes = new ArrayList<>();
  private final AtomicInteger fired = new AtomicInteger();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private final CountDownLatch hold = new CountDownLatch(1);
  private volatile boolean holding;
  private TestDatabase database;

  abstract TestDatabase open();

  @BeforeEach
  void openDatabase() {
    database = open();
  }

  @AfterEach
  void close() throws Exception {
    hold.countDown();
    for (Node node : nodes) {
      node.stop();
    }
    database.close();
  }

  @Test
  void two_schedulers_run_each_firing_once_and_never_two_at_once() throws Exception {
    Instant before = Instant.now();
    node("* * * * * ?");
    node("* * * * * ?");

    await().atMost(PATIENCE).until(() -> fired.get() >= 4);

    long seconds = Duration.between(before, Instant.now()).toSeconds() + 2;
    assertThat(fired.get()).isLessThanOrEqualTo((int) seconds);
    assertThat(mostAtOnce).hasValue(1);
  }

  @Test
  void a_request_is_refused_while_one_is_run_and_while_one_waits() throws Exception {
    Node node = node(null);
    holding = true;

    assertThat(node.schedules.runNow("batch")).isTrue();
    assertThat(node.schedules.runNow("batch")).isFalse();
    await().atMost(PATIENCE).until(() -> atOnce.get() == 1);
    assertThat(node.schedules.entry("batch").running()).isTrue();
    assertThat(node.schedules.runNow("batch")).isFalse();

    hold.countDown();
    await().atMost(PATIENCE).until(() -> !node.schedules.entry("batch").running());
    await().atMost(PATIENCE).until(() -> node.schedules.runNow("batch"));
    await().atMost(PATIENCE).until(() -> fired.get() == 2);
  }

  @Test
  void another_node_runs_what_was_asked_for_here() throws Exception {
    Node here = node(null);
    Node there = node(null);
    here.scheduler.standby();

    assertThat(here.schedules.runNow("batch")).isTrue();

    await().atMost(PATIENCE).until(() -> there.fired.get() == 1);
    assertThat(here.fired).hasValue(0);
  }

  @Test
  void a_run_that_was_missed_is_made_up_for_once() throws Exception {
    node("0 0 2 * * ?").stop();
    long threeDaysAgo = Instant.now().minus(Duration.ofDays(3)).toEpochMilli();
    database.execute("update qrtz_triggers set next_fire_time = " + threeDaysAgo);

    Node later = node("0 0 2 * * ?");

    await().atMost(PATIENCE).until(() -> fired.get() == 1);
    assertThat(later.schedules.entry("batch").nextRun()).isAfter(Instant.now());
    await()
        .during(Duration.ofSeconds(2))
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(fired).hasValue(1));
  }

  @Test
  void another_expression_or_time_zone_makes_up_for_nothing_and_gives_another_next_run()
      throws Exception {
    node("0 0 2 * * ?").stop();
    long yesterday = Instant.now().minus(Duration.ofDays(1)).toEpochMilli();
    database.execute("update qrtz_triggers set next_fire_time = " + yesterday);

    Node berlin = node("0 0 2 * * ?", "Europe/Berlin");

    Instant next = berlin.schedules.entry("batch").nextRun();
    assertThat(next).isAfter(Instant.now());
    assertThat(next.toString()).matches(".*T0[01]:00:00Z");
    assertThat(fired).hasValue(0);
  }

  @Test
  void a_schedule_that_is_off_has_no_next_run_and_is_run_on_request() throws Exception {
    node("0 0 2 * * ?").stop();
    Node off = node(null);

    assertThat(off.schedules.entry("batch").nextRun()).isNull();
    assertThat(off.schedules.runNow("batch")).isTrue();
    await().atMost(PATIENCE).until(() -> fired.get() == 1);
  }

  @Test
  void what_a_dead_process_was_running_is_run_again_by_another() throws Exception {
    Node dying = node(null);
    holding = true;
    dying.schedules.runNow("batch");
    await().atMost(PATIENCE).until(() -> atOnce.get() == 1);
    dying.scheduler.standby();
    holding = false;

    node(null);
    // Its thread lives on, as that of a process that stands still does; its signs of life end.
    database.execute(
        "update qrtz_fired_triggers set instance_name = 'dead'",
        "insert into qrtz_scheduler_state values ('%s', 'dead', 1, 5000)"
            .formatted(JobStore.CLUSTER));

    await().atMost(PATIENCE).until(() -> fired.get() == 1);
    assertThat(dying.fired).hasValue(0);
  }

  private Node node(String cron) throws Exception {
    return node(cron, "UTC");
  }

  private Node node(String cron, String zone) throws Exception {
    Node node = new Node(new Schedule("batch", cron, TimeZone.getTimeZone(zone)));
    nodes.add(node);
    return node;
  }

  /** One process, as far as Quartz can tell. */
  private final class Node {

    private final Scheduler scheduler;
    private final CamelContext context;
    private final Schedules schedules;
    private final AtomicInteger fired = new AtomicInteger();

    Node(Schedule schedule) throws Exception {
      scheduler = JobStore.open(database.database().dataSource(), 2);
      RunTriggers triggers = new RunTriggers(scheduler, database.database());
      triggers.settle(schedule);
      schedules =
          new Schedules(
              Map.of("batch", schedule),
              new ScheduleRuns(database.database(), Clock.systemUTC()),
              triggers);
      DefaultCamelContext camel = new DefaultCamelContext();
      camel.getCamelContextExtension().setName("autotask-provisioner");
      QuartzComponent component = new QuartzComponent();
      component.setScheduler(scheduler);
      camel.addComponent("quartz", component);
      Properties properties = new Properties();
      properties.setProperty("cron", schedule.quartzCron());
      properties.setProperty("zone", schedule.timeZone().getID());
      camel.getPropertiesComponent().setInitialProperties(properties);
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("quartz:schedules/batch?cron=RAW({{cron}})&trigger.timeZone={{zone}}"
                      + "&stateful=true&recoverableJob=true&durableJob=true&deleteJob=false")
                  .process(Node.this::run);
            }
          });
      camel.start();
      context = camel;
    }

    private void run(Exchange exchange) throws InterruptedException {
      mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      if (holding) {
        assertThat(hold.await(60, TimeUnit.SECONDS)).isTrue();
      }
      atOnce.decrementAndGet();
      fired.incrementAndGet();
      JobStoreSuite.this.fired.incrementAndGet();
    }

    void stop() throws Exception {
      if (!scheduler.isShutdown()) {
        scheduler.standby();
        context.stop();
        scheduler.shutdown(true);
      }
    }
  }
}
