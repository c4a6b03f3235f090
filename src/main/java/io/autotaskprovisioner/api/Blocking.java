package io.autotaskprovisioner.api;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs what waits for the database away from the event loop, on a few threads with a bounded queue;
 * beyond that the answer is 503. Thread-safe.
 */
final class Blocking extends ServiceSupport {

  private static final int QUEUE = 256;

  private final AtomicInteger number = new AtomicInteger();
  private final ThreadPoolExecutor pool;
  private final @Nullable Duration patience;
  private final LongSupplier nanoTime;

  /** Runs everything, however long it waited. */
  Blocking(String name, int threads) {
    this(name, threads, QUEUE, null, System::nanoTime);
  }

  /**
   * Runs everything, however long it waited.
   *
   * @param queue how many may wait for a thread
   */
  Blocking(String name, int threads, int queue) {
    this(name, threads, queue, null, System::nanoTime);
  }

  /**
   * For what is of use to nobody but its caller.
   *
   * @param patience what waited longer is not begun, as its caller has been told something else
   */
  Blocking(String name, int threads, Duration patience) {
    this(name, threads, QUEUE, patience, System::nanoTime);
  }

  /**
   * @param queue how many may wait for a thread
   * @param patience null: everything is run
   */
  Blocking(
      String name, int threads, int queue, @Nullable Duration patience, LongSupplier nanoTime) {
    this.patience = patience;
    this.nanoTime = nanoTime;
    pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue),
            task -> {
              Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  <T> CompletableFuture<T> call(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(patience == null ? work : inTime(work, patience), pool);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(tooMuch());
    }
  }

  private <T> Supplier<T> inTime(Supplier<T> work, Duration time) {
    long asked = nanoTime.getAsLong();
    return () -> {
      if (nanoTime.getAsLong() - asked > time.toNanos()) {
        throw tooMuch();
      }
      return work.get();
    };
  }

  private static ApiException tooMuch() {
    return ApiException.busy("Too much of this at once; send it again shortly.");
  }

  @Override
  protected void doStop() {
    // No shutdownNow: an interrupted thread inside JDBC can close an H2 database for everybody.
    pool.shutdown();
  }
}
