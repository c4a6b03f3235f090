package io.autotaskprovisioner.storage;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes that wait at the same moment share one transaction, because what a commit costs hardly
 * depends on how much is in it. Thread-safe.
 *
 * <p>Our choice: one writer, so one transaction at a time. H2 writes no more than that anyway. On
 * PostgreSQL two groups at once would lock the same rows in opposite order, the counters of batches
 * above all, since a group touches them in the order of its writes: each such deadlock costs a
 * second of waiting and leaves a whole group to be tried one by one.
 */
final class GroupCommit {

  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

  /** Writes in one transaction at most. */
  static final int GROUP_SIZE = 128;

  /** A waiting write; its result counts only after the commit. */
  private static final class Write<A, R> {

    private final GroupWork<A, R> work;
    private final A item;
    private final CompletableFuture<R> future = new CompletableFuture<>();
    private @Nullable R result;

    Write(GroupWork<A, R> work, A item) {
      this.work = work;
      this.item = item;
    }

    void runAlone(Transactions transactions) {
      try {
        result = transactions.run(connection -> work.run(connection, List.of(item)).get(0));
      } catch (Throwable e) {
        future.completeExceptionally(e);
        return;
      }
      complete();
    }

    void complete() {
      future.complete(result);
    }
  }

  /** Wakes the writer for its end. */
  private static final Write<?, ?> END = write(connection -> null);

  private final Transactions transactions;
  private final BlockingQueue<Write<?, ?>> queue;
  private final Thread writer = new Thread(this::writeUntilEnd, "storage-writer");
  private final DistributionSummary groupSizes;
  private volatile boolean closed;

  GroupCommit(Transactions transactions, int capacity, MeterRegistry registry) {
    this.transactions = transactions;
    this.queue = new ArrayBlockingQueue<>(capacity);
    this.groupSizes =
        DistributionSummary.builder("storage.write.group")
            .description("Writes that shared one transaction")
            .register(registry);
    registry.gauge("storage.write.waiting", queue, BlockingQueue::size);
    writer.start();
  }

  <T> CompletableFuture<T> submit(SqlWork<T> work) {
    return submit(write(work));
  }

  <A, R> CompletableFuture<R> submit(GroupWork<A, R> work, A item) {
    return submit(new Write<>(work, item));
  }

  /** Of a kind of its own. */
  private static <T> Write<SqlWork<T>, T> write(SqlWork<T> work) {
    return new Write<>(
        (connection, itself) -> Collections.singletonList(work.run(connection)), work);
  }

  private <A, R> CompletableFuture<R> submit(Write<A, R> write) {
    if (closed) {
      refuse(write, "The database is being closed");
    } else if (!queue.offer(write)) {
      refuse(write, "Too many writes wait for the database");
    } else if (closed && queue.remove(write)) {
      refuse(write, "The database is being closed");
    }
    return write.future;
  }

  private static void refuse(Write<?, ?> write, String why) {
    write.future.completeExceptionally(new StorageException(why, null, false));
  }

  private void writeUntilEnd() {
    List<Write<?, ?>> group = new ArrayList<>(GROUP_SIZE);
    boolean end = false;
    while (!end) {
      try {
        group.add(queue.take());
      } catch (InterruptedException e) {
        // Nobody may interrupt a thread inside JDBC, and this one has an orderly end of its own.
        LOG.warn("The storage writer was interrupted and goes on");
        continue;
      }
      queue.drainTo(group, GROUP_SIZE - 1);
      end = group.removeIf(END::equals);
      write(group);
      group.clear();
    }
  }

  private void write(List<Write<?, ?>> group) {
    if (group.isEmpty()) {
      return;
    }
    groupSizes.record(group.size());
    if (group.size() == 1) {
      group.get(0).runAlone(transactions);
      return;
    }
    try {
      transactions.once(
          connection -> {
            for (List<Write<?, ?>> kind : byWork(group)) {
              runOn(connection, kind);
            }
            return null;
          });
    } catch (Throwable e) {
      if (e instanceof StorageException failure
          && (failure.outcomeUnknown() || failure.unreachable())) {
        group.forEach(write -> write.future.completeExceptionally(failure));
      } else {
        LOG.debug("{} writes are tried one by one, since together they failed", group.size(), e);
        group.forEach(write -> write.runAlone(transactions));
      }
      return;
    }
    group.forEach(Write::complete);
  }

  /** In the order of the first of each kind. */
  private static Collection<List<Write<?, ?>>> byWork(List<Write<?, ?>> group) {
    Map<GroupWork<?, ?>, List<Write<?, ?>>> kinds = new LinkedHashMap<>();
    for (Write<?, ?> write : group) {
      kinds.computeIfAbsent(write.work, work -> new ArrayList<>()).add(write);
    }
    return kinds.values();
  }

  /**
   * @param kind writes that bring the same work, and so have its types
   */
  @SuppressWarnings("unchecked")
  private static <A, R> void runOn(Connection connection, List<Write<?, ?>> kind)
      throws SQLException {
    List<Write<A, R>> writes = new ArrayList<>(kind.size());
    kind.forEach(write -> writes.add((Write<A, R>) write));
    List<A> items = writes.stream().map(write -> write.item).toList();
    List<R> results = writes.get(0).work.run(connection, items);
    for (int i = 0; i < writes.size(); i++) {
      writes.get(i).result = results.get(i);
    }
  }

  /** Accepts nothing more, waits until all that waits is written, and ends the writer. */
  void close() {
    closed = true;
    boolean interrupted = uninterruptibly(() -> queue.put(END));
    interrupted |= uninterruptibly(writer::join);
    for (Write<?, ?> late = queue.poll(); late != null; late = queue.poll()) {
      refuse(late, "The database is being closed");
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Waiting {
    void await() throws InterruptedException;
  }

  private static boolean uninterruptibly(Waiting waiting) {
    boolean interrupted = false;
    while (true) {
      try {
        waiting.await();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
