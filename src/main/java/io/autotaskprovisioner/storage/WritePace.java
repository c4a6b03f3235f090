package io.autotaskprovisioner.storage;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How fast the latest groups were written, and so how long a write would wait that came now. The
 * writer tells it of each group; anybody may ask. Thread-safe.
 *
 * <p>A group costs something by itself, its commit, and something for each write in it. Which of
 * both is slow, a disk or the way to a server, decides what waiting in line means, so each has an
 * average of its own.
 */
final class WritePace {

  /** Our choice: what one group should take at most, so that nobody in it waits for the others. */
  static final Duration GROUP_TIME = Duration.ofSeconds(1);

  /** Our choice: a database that becomes slow is believed after a few groups. */
  private static final double WEIGHT_SLOWER = 0.25;

  /** Our choice: one that recovers is believed sooner, lest callers be refused in vain. */
  private static final double WEIGHT_FASTER = 0.5;

  private final int largestGroup;
  private final LongSupplier nanoTime;

  // Written by the writer alone.
  private volatile double perWrite;
  private volatile double perGroup;
  private volatile UnderWay underWay = UnderWay.NOTHING;

  /** The group that is being written; none has no writes. */
  private record UnderWay(int writes, long sinceNanos) {
    static final UnderWay NOTHING = new UnderWay(0, 0);
  }

  WritePace(int largestGroup, LongSupplier nanoTime) {
    this.largestGroup = largestGroup;
    this.nanoTime = nanoTime;
  }

  void begins(int writes) {
    underWay = new UnderWay(writes, nanoTime.getAsLong());
  }

  /**
   * @param writes how many there were in the end; the others go into the next group
   * @param workNanos what of the time since {@link #begins} the writes themselves took
   */
  void ends(int writes, long workNanos) {
    if (writes > 0) {
      long whole = nanoTime.getAsLong() - underWay.sinceNanos();
      perWrite = moved(perWrite, (double) workNanos / writes);
      perGroup = moved(perGroup, Math.max(0, whole - workNanos));
    }
    underWay = UnderWay.NOTHING;
  }

  private static double moved(double average, double latest) {
    return average + (latest - average) * (latest < average ? WEIGHT_FASTER : WEIGHT_SLOWER);
  }

  /** How many writes the next group may have, from 1 to the largest. */
  int groupSize() {
    double inTime = GROUP_TIME.toNanos() / Math.max(1, perWrite);
    return (int) Math.max(1, Math.min(largestGroup, inTime));
  }

  /**
   * When a write that came now would be committed, if all goes on as lately. Nothing where the
   * writer has nothing to do: then only trying tells.
   *
   * @param ahead writes that wait already
   */
  Duration expected(int ahead) {
    UnderWay current = underWay;
    if (ahead == 0 && current.writes() == 0) {
      return Duration.ZERO;
    }
    double groups = 1 + ahead / groupSize();
    double waiting = groups * perGroup + (ahead + 1) * perWrite;
    return Duration.ofNanos((long) (rest(current) + waiting));
  }

  /** A group that is overdue is expected to take as long again. */
  private double rest(UnderWay current) {
    if (current.writes() == 0) {
      return 0;
    }
    double elapsed = nanoTime.getAsLong() - current.sinceNanos();
    double usual = perGroup + current.writes() * perWrite;
    return elapsed < usual ? usual - elapsed : elapsed;
  }
}
