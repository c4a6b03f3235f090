package io.autotaskprovisioner.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The database in a file, the broker in the same process. */
class FaultsOnH2IT extends FaultSuite {

  private static final int MINUTES = Integer.getInteger("soak.minutes", 10);
  private static final int CROWD = 128;
  private static final int ROWS = 20;

  /** What a file takes beyond a multiple of what lives in it. */
  private static final long ROOM = 32 << 20;

  @Override
  Installation installed(Path folder) throws Exception {
    return Installation.onH2(folder);
  }

  @Override
  String database() {
    return "H2 with the embedded broker";
  }

  @Override
  List<Nemesis> ownFaults() {
    return List.of();
  }

  /** The last step is backwards, short enough to wait for what was planned on the later clock. */
  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void a_clock_that_is_another_after_each_start_loses_nothing(
      @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    try (Installation own = installed(folder)) {
      Iterator<Duration> clocks =
          List.of(Duration.ZERO, Duration.ofMinutes(10), Duration.ofSeconds(580)).iterator();
      start(own, Duration.ofMinutes(-10));
      run(
          campaign(own, "another clock", 5).times(3),
          random -> {
            own.application().kill();
            start(own, clocks.next());
          });
    }
  }

  /**
   * More comes in than goes out, from an Autotask that takes its time and sometimes too much of it.
   * What a leak would leave shows in the least of each third: what is in hand comes and goes.
   */
  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void at_overload_the_heap_stays_flat_and_the_file_small(
      @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    try (Installation own = installed(folder)) {
      own.application()
          .with("http.max-concurrent-requests", Integer.toString(CROWD * 3 / 4))
          .launch()
          .awaitReady();
      own.simulator().set("latencyMillis", 300);
      Campaign campaign = campaign(own, "overload", 1).crowd(CROWD, ROWS);
      Soak soak =
          new Soak(
              own.application(),
              folder.resolve("data/autotask-provisioner.mv.db"),
              campaign.history());
      run(
          campaign,
          new Nemesis() {
            @Override
            public void strike(Random random) throws Exception {
              soak.watch(MINUTES);
            }

            @Override
            public void heal() {
              own.simulator().set("latencyMillis", 0);
            }
          });
      System.out.println(soak.table());
      Files.writeString(Path.of("target", "faults-overload.md"), soak.table());
      assertThat(campaign.history().timesTurnedAway()).as("told to come again").isPositive();
      assertThat(soak.minutes())
          .allSatisfy(minute -> assertThat(minute.file()).isLessThan(4 * minute.live() + ROOM));
      int third = MINUTES / 3;
      List<Soak.Minute> minutes = soak.minutes();
      if (third > 0) {
        assertThat(leastHeap(minutes.subList(MINUTES - third, MINUTES)))
            .as("heap of the last minutes")
            .isLessThan(leastHeap(minutes.subList(0, third)) * 5 / 4);
      }
    }
  }

  private static long leastHeap(List<Soak.Minute> minutes) {
    return minutes.stream().mapToLong(Soak.Minute::heap).min().orElseThrow();
  }

  private static void start(Installation own, Duration ahead) throws Exception {
    own.application().jvmOptions(ShiftedClock.options(ahead, own.folder())).launch().awaitReady();
  }
}
