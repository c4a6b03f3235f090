package io.autotaskprovisioner.api;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Runs what waits for the database away from the event loop, on a few threads with a bounded queue;
 * beyond that the answer is 503. Thread-safe.
 */
final class Blocking extends ServiceSupport {

  private static final int QUEUE = 256;

  private final AtomicInteger number = new AtomicInteger();
  private final ThreadPoolExecutor pool;

  Blocking(String name, int threads) {
    this(name, threads, QUEUE);
  }

  /**
   * @param queue how many may wait for a thread
   */
  Blocking(String name, int threads, int queue) {
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
      return CompletableFuture.supplyAsync(work, pool);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          ApiException.busy("Too much of this at once; send it again shortly."));
    }
  }

  @Override
  protected void doStop() {
    // No shutdownNow: an interrupted thread inside JDBC can close an H2 database for everybody.
    pool.shutdown();
  }
}
