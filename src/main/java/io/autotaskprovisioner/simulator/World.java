package io.autotaskprovisioner.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** All state of one simulator. Thread-safe. */
final class World {

  private final SimulatorSettings settings;
  private final Clock clock;
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private final AtomicReference<Switches> switches;
  final Users users = new Users();
  final Lockouts lockouts = new Lockouts(this::now);
  final UsageMeter usage = new UsageMeter(this::now);
  final ThreadSlots slots = new ThreadSlots();
  final Faults faults = new Faults();
  final RequestLog log = new RequestLog();
  final TenantRows rows = new TenantRows();
  final Authentication authentication = new Authentication(users, lockouts);

  World(SimulatorSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.switches = new AtomicReference<>(settings.switches());
  }

  Switches switches() {
    return switches.get();
  }

  Switches change(java.util.function.UnaryOperator<Switches> change) {
    return switches.updateAndGet(change);
  }

  Instant now() {
    return clock.instant().plus(ahead.get());
  }

  void advance(Duration step) {
    if (step.isNegative() || step.compareTo(Duration.ofDays(366)) > 0) {
      throw new IllegalArgumentException("The clock moves forward, by 366 days at most at once");
    }
    ahead.updateAndGet(before -> before.plus(step));
  }

  /** As at the start; calls under way go on. */
  void reset() {
    switches.set(settings.switches());
    ahead.set(Duration.ZERO);
    users.reset();
    lockouts.reset();
    usage.reset();
    faults.clear();
    log.reset();
    rows.reset();
  }
}
