package io.autotaskprovisioner.provisioning;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the worker claims and renews next, on {@link System#nanoTime}. Only {@link #due} may be
 * called by other threads.
 *
 * <p>While the database fails nothing is claimed; the pauses double from a quarter of a second to
 * ten seconds, and only the first and the last of the failures are logged.
 */
final class Pace {

  private static final Logger LOG = LoggerFactory.getLogger(Pace.class);
  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(10);

  private final AtomicBoolean due = new AtomicBoolean(true);
  private final long pollNanos;
  private final long renewalNanos;
  private long lastClaim;
  private long nextPoll;
  private long nextRenewal;
  private long pausedUntil;
  private int failures;

  Pace(Duration pollInterval, Duration renewalInterval) {
    pollNanos = pollInterval.toNanos();
    renewalNanos = renewalInterval.toNanos();
    long now = System.nanoTime();
    lastClaim = now - LONGEST_PAUSE;
    nextPoll = now;
    nextRenewal = now + renewalNanos;
    pausedUntil = now;
  }

  /** Something became due: the next claim need not wait for the poll. */
  void due() {
    due.set(true);
  }

  long nanosToClaim(long now, long linger) {
    long wait = due.get() ? 0 : nextPoll - now;
    return Math.max(Math.max(wait, lastClaim + linger - now), pausedUntil - now);
  }

  long nanosToRenewal(long now) {
    return Math.max(nextRenewal, pausedUntil) - now;
  }

  boolean isClaimDue(long now) {
    return nanosToClaim(now, 0) <= 0;
  }

  boolean isRenewalDue(long now) {
    return nanosToRenewal(now) <= 0;
  }

  void claiming(long now) {
    lastClaim = now;
    // Before the claim: what becomes due while it runs may not be seen by it.
    due.set(false);
  }

  /**
   * @param full whether there may be more where these came from
   */
  void claimed(long now, boolean full) {
    nextPoll = full ? now : now + pollNanos;
  }

  void renewed(long now) {
    nextRenewal = now + renewalNanos;
  }

  void databaseAnswered() {
    if (failures > 0) {
      LOG.info("The database answers again after {} failed tries; claiming goes on", failures);
      failures = 0;
    }
  }

  void databaseFailed(long now, Throwable failure) {
    failures++;
    if (failures == 1) {
      LOG.warn("Nothing is claimed until the database answers again: {}", failure.toString());
    }
    pausedUntil = now + Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(failures - 1, 10));
    due();
  }
}
