package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.storage.StorageException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How runs wait, and that they stop waiting when the program ends. Thread-safe. */
final class RunPause {

  private static final Logger LOG = LoggerFactory.getLogger(RunPause.class);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stopped = lock.newCondition();
  private volatile boolean stopping;

  /** Ends every wait, present and future. */
  void stop() {
    lock.lock();
    try {
      stopping = true;
      stopped.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isStopping() {
    return stopping;
  }

  /** Waits on the calling thread, less where the program ends. */
  void await(Duration time) {
    long left = time.toNanos();
    lock.lock();
    try {
      while (!stopping && left > 0) {
        left = stopped.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Does the work, again and again while the database is away: a run that is due is not given up
   * for that. Once at least, also while the program ends.
   *
   * @return null where the program ends first
   */
  <T> @Nullable T whenStored(String what, Supplier<T> work) {
    Duration retry = FIRST_RETRY;
    boolean told = false;
    do {
      try {
        return work.get();
      } catch (StorageException e) {
        if (!told) {
          LOG.warn("{} waits for the database: {}", what, e.getMessage());
          told = true;
        }
        await(retry);
        retry = retry.compareTo(LONGEST_RETRY) < 0 ? retry.multipliedBy(2) : LONGEST_RETRY;
      }
    } while (!stopping);
    return null;
  }
}
