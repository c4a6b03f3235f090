package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.provisioning.Reverification.Verdict;
import io.autotaskprovisioner.schedule.ScheduleRun.CheckCounts;
import java.util.EnumMap;
import java.util.Map;

/** One run of the verification while it is under way, with what it has found. Thread-safe. */
final class VerificationRun {

  private final ScheduleRun run;
  private final long total;
  private final Map<Verdict, Long> found = new EnumMap<>(Verdict.class);
  private long position;
  private volatile boolean lost;

  /**
   * @param total instances there were when the run began; a run that goes on knows it already
   */
  VerificationRun(ScheduleRun run, long total) {
    this.run = run;
    this.total = run.checks().total() == 0 ? total : run.checks().total();
    this.position = run.checks().position();
  }

  ScheduleRun run() {
    return run;
  }

  long total() {
    return total;
  }

  synchronized long position() {
    return position;
  }

  /** Whether another process goes on with the run. */
  boolean isLost() {
    return lost;
  }

  void lose() {
    lost = true;
  }

  synchronized void add(Verdict verdict) {
    found.merge(verdict, 1L, Long::sum);
  }

  /** Everything up to this instance is done. */
  synchronized void reached(long instanceId) {
    position = instanceId;
  }

  /** What is found by now, together with what was before the run was cut off. */
  synchronized CheckCounts counts() {
    CheckCounts before = run.checks();
    long sum = found.values().stream().mapToLong(Long::longValue).sum();
    return new CheckCounts(
        total,
        position,
        before.checked() + sum,
        before.invalidated() + of(Verdict.INVALIDATED),
        before.validated() + of(Verdict.VALIDATED),
        before.invalid() + of(Verdict.INVALIDATED) + of(Verdict.REJECTED),
        before.undecided() + of(Verdict.UNDECIDED));
  }

  private long of(Verdict verdict) {
    return found.getOrDefault(verdict, 0L);
  }
}
