package io.autotaskprovisioner.storage;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Work that waits for its turn at the database. It is either begun or refused, never both, so that
 * who is told of a refusal knows that nothing was done. Thread-safe.
 *
 * @param <R> what comes of it
 */
class QueuedWork<R> {

  /** So long as the program runs. */
  static final Duration EVER = Duration.ofNanos(Long.MAX_VALUE / 2);

  final CompletableFuture<R> future = new CompletableFuture<>();
  private final long lastNanos;
  private final AtomicBoolean decided = new AtomicBoolean();

  /**
   * @param lastNanos the time, as {@link System#nanoTime} counts it, after which it is not begun
   */
  QueuedWork(long lastNanos) {
    this.lastNanos = lastNanos;
  }

  boolean isLate(long nanos) {
    return nanos - lastNanos > 0;
  }

  /** Whether its time has come: true once, and never after a refusal. */
  boolean begin() {
    return decided.compareAndSet(false, true);
  }

  /** Answers the caller, unless the work has begun or was refused before. */
  void refuse(StorageException why) {
    if (decided.compareAndSet(false, true)) {
      future.completeExceptionally(why);
    }
  }
}
