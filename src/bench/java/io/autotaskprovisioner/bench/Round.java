package io.autotaskprovisioner.bench;

import java.io.IOException;
import java.time.Duration;

/**
 * What one side did in one round.
 *
 * @param rate provisionings answered in a second
 * @param deliveredRate provisionings stored and delivered in a second, until the last of them was
 * @param p50 milliseconds
 * @param p99 milliseconds
 * @param cpu seconds of CPU of the side's process for 1,000 provisionings, delivery included
 * @param share of the machine that the process had while it was asked, of 1
 * @param others the same of all but the process and the load generator, the database above all
 */
record Round(
    long answered,
    long failed,
    double rate,
    double deliveredRate,
    double p50,
    double p99,
    double cpu,
    double share,
    double others) {

  /** The clocks that run beside a round. */
  record Clocks(long nanos, Duration side, Duration load, Duration machine) {

    static Clocks now(ProcessHandle side) throws IOException {
      return new Clocks(
          System.nanoTime(),
          Machine.cpuOf(side),
          Machine.cpuOf(ProcessHandle.current()),
          Machine.busy());
    }
  }

  static Round of(Load.Result load, Clocks before, Clocks answered, Clocks delivered) {
    double processors = Runtime.getRuntime().availableProcessors();
    double available = (answered.nanos - before.nanos) * processors;
    double side = answered.side.minus(before.side).toNanos();
    double generator = answered.load.minus(before.load).toNanos();
    double machine = answered.machine.minus(before.machine).toNanos();
    return new Round(
        load.answered(),
        load.failed(),
        load.answered() * 1e9 / load.nanos(),
        load.answered() * 1e9 / (delivered.nanos - before.nanos),
        load.latency().getValueAtPercentile(50) / 1e3,
        load.latency().getValueAtPercentile(99) / 1e3,
        delivered.side.minus(before.side).toNanos() / 1e9 / load.answered() * 1_000,
        side / available,
        (machine - side - generator) / available);
  }
}
