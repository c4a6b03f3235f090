package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.journal.ClaimedRequest;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a bounded number of journal requests under way. One thread claims and renews leases; the
 * requests themselves run asynchronously ({@link ClaimRunner}).
 *
 * <p>It begins when every route is started and ends before the first one is stopped: then nothing
 * is claimed any more, and the context waits for what is under way. What does not end in time is
 * claimed again, here or elsewhere, when its lease has ended.
 */
public final class ProvisioningWorker extends LifecycleStrategySupport
    implements ExtendedStartupListener {

  /**
   * The limits of a worker.
   *
   * @param concurrency requests under way at once
   * @param pollInterval how often it looks for due requests while nothing wakes it
   * @param lease how long a claim lasts; renewed at a third
   * @param shutdownTimeout how long it waits at the end for what is under way
   */
  record Limits(int concurrency, Duration pollInterval, Duration lease, Duration shutdownTimeout) {}

  private static final Logger LOG = LoggerFactory.getLogger(ProvisioningWorker.class);

  /** Few free places are filled together, since a claim costs the same for one as for many. */
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Journal journal;
  private final ClaimRunner runner;
  private final Limits limits;
  private final Pace pace;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile boolean stopping;
  private @Nullable Thread thread;

  ProvisioningWorker(Journal journal, ClaimRunner runner, Limits limits) {
    this.journal = journal;
    this.runner = runner;
    this.limits = limits;
    this.pace = new Pace(limits.pollInterval(), limits.lease().dividedBy(3));
    runner.onEnd(this::signal);
    journal.onDue(
        () -> {
          pace.due();
          signal();
        });
  }

  @Override
  public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
    // The routes may not be there yet.
  }

  @Override
  public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
    runner.start();
    thread = new Thread(this::work, "provisioning-worker");
    thread.start();
    LOG.info("Working on journal requests, at most {} at once", limits.concurrency());
  }

  /** Claims nothing more and waits for the requests under way, with their leases kept. */
  @Override
  public void onContextStopping(CamelContext context) {
    Thread working = thread;
    if (working == null) {
      return;
    }
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      // Never interrupted: that may close an H2 database for everybody.
      working.join(limits.shutdownTimeout().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    int left = runner.underWay();
    if (left > 0) {
      LOG.warn(
          "{} requests have not ended in time; they are claimed again after their lease", left);
    }
  }

  private void work() {
    while (awaitTurn()) {
      try {
        long now = System.nanoTime();
        if (pace.isRenewalDue(now)) {
          journal.renew(runner.claims(), limits.lease());
          pace.renewed(now);
        }
        int free = free();
        if (free > 0 && pace.isClaimDue(now)) {
          pace.claiming(now);
          List<ClaimedRequest> claims = journal.claim(free, limits.lease());
          claims.forEach(runner::run);
          pace.claimed(System.nanoTime(), claims.size() == free);
        }
        pace.databaseAnswered();
      } catch (StorageException e) {
        pace.databaseFailed(System.nanoTime(), e);
      } catch (RuntimeException | Error e) {
        LOG.error("The worker stumbled and goes on", e);
        pace.databaseFailed(System.nanoTime(), e);
      }
    }
  }

  /** Waits until there is something to do; false at the end. */
  private boolean awaitTurn() {
    lock.lock();
    try {
      while (true) {
        if (stopping && runner.underWay() == 0) {
          return false;
        }
        long now = System.nanoTime();
        long wait = pace.nanosToRenewal(now);
        int free = free();
        if (free > 0) {
          long linger = free * 4 >= limits.concurrency() ? 0 : LINGER_NANOS;
          wait = Math.min(wait, pace.nanosToClaim(now, linger));
        }
        if (wait <= 0) {
          return true;
        }
        changed.awaitNanos(wait);
      }
    } catch (InterruptedException e) {
      LOG.warn("The worker was interrupted and claims nothing more");
      stopping = true;
      return false;
    } finally {
      lock.unlock();
    }
  }

  private int free() {
    return stopping ? 0 : limits.concurrency() - runner.underWay();
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
