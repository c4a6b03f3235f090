package io.autotaskprovisioner.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The database in a file, the broker in the same process. */
class FaultsOnH2IT extends FaultSuite {

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

  private static void start(Installation own, Duration ahead) throws Exception {
    own.application().jvmOptions(ShiftedClock.options(ahead, own.folder())).launch().awaitReady();
  }
}
