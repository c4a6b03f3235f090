package io.autotaskprovisioner.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.LaunchedApplication;
import io.autotaskprovisioner.simulator.Fault;
import io.autotaskprovisioner.simulator.Fault.Kind;
import io.autotaskprovisioner.support.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The faults that both databases go through. In its short form, which every build runs, one
 * campaign has a little of everything; in the long one, {@code mvn verify -Pfaults}, each fault has
 * one of its own. Size and chance: {@code -Dfaults.requests=10000 -Dfaults.kills=20
 * -Dfaults.seed=1}, the first two for each database.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class FaultSuite {

  private static final boolean LONG = "long".equals(System.getProperty("faults.form"));
  private static final int REQUESTS = Integer.getInteger("faults.requests", LONG ? 10_000 : 400);
  static final int KILLS = Integer.getInteger("faults.kills", LONG ? 20 : 1);
  private static final long SEED = Long.getLong("faults.seed", System.nanoTime());

  /** A campaign whose fault is not the kill gets this part of the requests. */
  private static final int SHARE = 15;

  private static final Duration LIMIT_OF_A_DRAIN = Duration.ofSeconds(30);

  /** Beyond lease, poll, retry and a schedule taken over by another: something is stuck. */
  private static final double LONGEST_PAUSE = 40;

  private final List<Figures> table = new ArrayList<>();

  Installation installation;

  abstract Installation installed(Path folder) throws Exception;

  /** For the table. */
  abstract String database();

  /** The faults that only this database's surroundings have. */
  abstract List<Nemesis> ownFaults();

  /** What a failure leaves behind can be looked at. */
  @BeforeAll
  void install(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    installation = installed(folder);
    installation.application().launch().awaitReady();
  }

  @AfterAll
  void tell() throws Exception {
    if (installation != null) {
      installation.close();
    }
    String text = "%s, seed %d%n%n%s".formatted(database(), SEED, Figures.table(table));
    System.out.println(text);
    Files.writeString(Path.of("target", "faults-" + database().split(" ")[0] + ".md"), text);
    if (installation != null) {
      assertThat(installation.damage()).as("left behind in the database").isEmpty();
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void kills_lose_nothing_and_double_nothing() throws Exception {
    run(campaign("kill -9", 40).times(KILLS), random -> kill());
  }

  @Test
  @DisabledIfSystemProperty(named = "faults.form", matches = "long")
  void a_little_of_everything_loses_nothing_and_doubles_nothing() throws Exception {
    List<Nemesis> all = new ArrayList<>(List.of(random -> kill(), autotask(), receivers()));
    all.addAll(ownFaults());
    run(
        new Campaign(installation, "a little of everything", new Random(SEED))
            .under(REQUESTS)
            .times(all.size()),
        new Nemesis() {
          private int next;

          @Override
          public void strike(Random random) throws Exception {
            Nemesis nemesis = all.get(next++);
            nemesis.strike(random);
            nemesis.heal();
          }
        });
  }

  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void a_process_that_stalls_beyond_its_lease_changes_nothing_afterwards() throws Exception {
    run(campaign("SIGSTOP, SIGCONT", SHARE).times(3), this::stall);
  }

  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void sigterm_drains_in_time() throws Exception {
    run(campaign("SIGTERM while busy", SHARE).times(5), random -> terminate());
  }

  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void whatever_autotask_does_is_waited_for() throws Exception {
    run(campaign("Autotask", SHARE).times(16), autotask());
  }

  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void whatever_a_receiver_does_its_events_reach_it() throws Exception {
    run(campaign("receivers", SHARE).times(14), receivers());
  }

  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void a_full_disk_under_the_data_loses_nothing(@TempDir(cleanup = CleanupMode.NEVER) Path folder)
      throws Exception {
    // The embedded broker holds senders back below 512 MB.
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("data"), 640);
        Installation own = installed(folder)) {
      own.application().launch().awaitReady();
      try (Supervisor supervisor = new Supervisor(own.application())) {
        run(campaign(own, "data disk full", 4).times(2), fullDisk(disk));
      }
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void a_full_disk_under_the_results_delays_only_them(
      @TempDir(cleanup = CleanupMode.NEVER) Path folder) throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("results"), 64);
        Installation own = installed(folder)) {
      own.application().launch().awaitReady();
      run(campaign(own, "results disk full", 4).times(3), fullDisk(disk));
    }
  }

  final Campaign campaign(String fault, int percent) {
    return campaign(installation, fault, percent);
  }

  final Campaign campaign(Installation at, String fault, int percent) {
    return new Campaign(at, fault, new Random(SEED ^ fault.hashCode()))
        .under(Math.max(50, REQUESTS * percent / 100));
  }

  final void run(Campaign campaign, Nemesis nemesis) throws Exception {
    Figures figures = campaign.of(nemesis);
    table.add(figures);
    System.out.println(Figures.table(List.of(figures)));
    assertThat(figures.problems()).as("%s, seed %d", figures.fault(), SEED).isEmpty();
    assertThat(figures.lost() + figures.doubled()).isZero();
    assertThat(figures.longestPause()).as("longest pause").isLessThan(LONGEST_PAUSE);
  }

  // ---- the faults

  final void kill() throws InterruptedException, IOException {
    installation.application().kill();
    installation.application().launch().awaitReady();
  }

  private void terminate() throws InterruptedException, IOException {
    long start = System.nanoTime();
    assertThat(installation.application().terminate()).isEqualTo(143);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT_OF_A_DRAIN);
    installation.application().launch().awaitReady();
  }

  private void stall(Random random) throws Exception {
    LaunchedApplication application = installation.application();
    application.pause();
    // Longer than its leases of five seconds.
    TimeUnit.MILLISECONDS.sleep(6_000 + random.nextInt(3_000));
    application.goOn();
  }

  private static Nemesis fullDisk(SmallDisk disk) {
    return random -> {
      disk.fill();
      TimeUnit.MILLISECONDS.sleep(2_000 + random.nextInt(3_000));
      disk.free();
    };
  }

  private Nemesis autotask() {
    return new Nemesis() {
      private int next;

      @Override
      public void strike(Random random) throws Exception {
        int calls = 5 + random.nextInt(15);
        switch (next++ % 8) {
          case 0 -> installation.simulator().add(Fault.next(calls, Kind.GATEWAY).with(503, ""));
          case 1 -> {
            installation.wayToAutotask().refuse();
            TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(1_500));
            installation.wayToAutotask().mend();
          }
          case 2 ->
              installation
                  .simulator()
                  .add(Fault.next(calls, Kind.ERRORS).with(429, "thread threshold exceeded"));
          case 3 -> installation.simulator().add(Fault.next(calls, Kind.HALF));
          case 4 -> installation.simulator().add(Fault.next(calls, Kind.GARBAGE));
          case 5 -> installation.simulator().add(Fault.next(calls, Kind.SILENCE));
          case 6 -> installation.simulator().add(Fault.next(calls, Kind.CLOSE));
          default -> {
            installation.simulator().set("latencyMillis", 700);
            TimeUnit.MILLISECONDS.sleep(1_000 + random.nextInt(2_000));
            installation.simulator().set("latencyMillis", 0);
          }
        }
      }

      @Override
      public void heal() {
        installation.simulator().clearFaults();
        installation.simulator().set("latencyMillis", 0);
        installation.wayToAutotask().mend();
      }
    };
  }

  private Nemesis receivers() {
    List<EventReceiver.Mode> modes =
        List.of(
            EventReceiver.Mode.status(429).with("Retry-After", "2"),
            EventReceiver.Mode.status(410),
            EventReceiver.Mode.status(302).with("Location", "http://127.0.0.1:9/elsewhere"),
            EventReceiver.Mode.WELL.after(Duration.ofMillis(800)),
            EventReceiver.Mode.status(500),
            EventReceiver.Mode.WELL.after(Duration.ofSeconds(4)));
    return new Nemesis() {
      private int next;

      @Override
      public void strike(Random random) throws Exception {
        int kind = next++ % (modes.size() + 1);
        if (kind == modes.size()) {
          installation.receiver().way().refuse();
        } else {
          installation.receiver().mode(modes.get(kind));
        }
        TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(1_500));
        heal();
      }

      @Override
      public void heal() throws IOException {
        installation.receiver().heal();
        // 410 has disabled it, until somebody says that it is there again.
        assertThat(installation.operator().post("/destinations/receiver/enable")).isEqualTo(200);
      }
    };
  }
}
