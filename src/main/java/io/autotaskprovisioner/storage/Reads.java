package io.autotaskprovisioner.storage;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Reads on a few threads. Who waits for longer than the patience, in line or for a database that
 * hangs, is told so: of a read nothing remains that could matter. Thread-safe.
 */
final class Reads {

  private final Transactions transactions;
  private final Duration patience;
  private final Refusals refusals;
  private final LongSupplier nanoTime;
  private final ThreadPoolExecutor threads;
  private final Set<Read<?>> underWay = ConcurrentHashMap.newKeySet();

  /** One read on one of the threads. */
  private final class Read<T> extends QueuedWork<T> implements Runnable {

    private final SqlWork<T> work;

    Read(SqlWork<T> work) {
      super(nanoTime.getAsLong() + patience.toNanos());
      this.work = work;
    }

    @Override
    public void run() {
      if (!begin()) {
        return;
      }
      underWay.add(this);
      T result;
      try {
        result = transactions.read(work);
      } catch (Throwable e) {
        future.completeExceptionally(e);
        return;
      } finally {
        underWay.remove(this);
      }
      future.complete(result);
    }
  }

  Reads(
      Transactions transactions,
      int count,
      int capacity,
      Duration patience,
      MeterRegistry registry,
      LongSupplier nanoTime) {
    this.transactions = transactions;
    this.patience = patience;
    this.refusals = new Refusals("read", registry);
    this.nanoTime = nanoTime;
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            60,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(capacity),
            work -> {
              Thread reader = new Thread(work, "storage-reader-" + number.incrementAndGet());
              reader.setDaemon(true);
              return reader;
            });
    threads.allowCoreThreadTimeOut(true);
    registry.gauge("storage.read.waiting", threads.getQueue(), queue -> queue.size());
  }

  <T> QueuedWork<T> submit(SqlWork<T> work) {
    Read<T> read = new Read<>(work);
    try {
      threads.execute(read);
    } catch (RejectedExecutionException e) {
      read.refuse(
          threads.isShutdown()
              ? new StorageException("The database is being closed", null, false)
              : refusals.tooMany(threads.getQueue().size(), patience));
    }
    return read;
  }

  /** Answers those who have waited for too long. To be called again and again. */
  void refuseLate() {
    long now = nanoTime.getAsLong();
    for (Runnable queued : threads.getQueue()) {
      if (queued instanceof Read<?> read && read.isLate(now) && threads.remove(read)) {
        read.refuse(refusals.tooSlow(threads.getQueue().size(), patience));
      }
    }
    for (Read<?> read : underWay) {
      // What it brings, some time, nobody waits for any more.
      if (read.isLate(now) && !read.future.isDone()) {
        read.future.completeExceptionally(refusals.tooSlow(threads.getQueue().size(), patience));
      }
    }
  }

  /** Accepts nothing more, and waits 10 s at most for what is under way. */
  void close() {
    threads.shutdown();
    try {
      threads.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
