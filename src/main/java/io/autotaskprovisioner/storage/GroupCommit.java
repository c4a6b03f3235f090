package io.autotaskprovisioner.storage;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
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
  private static final class Write<A, R> extends QueuedWork<R> {

    private final GroupWork<A, R> work;
    private final A item;
    private @Nullable R result;

    Write(GroupWork<A, R> work, A item, long lastNanos) {
      super(lastNanos);
      this.work = work;
      this.item = item;
    }

    R run(Connection connection) throws SQLException {
      return work.run(connection, List.of(item)).get(0);
    }

    void complete() {
      future.complete(result);
    }
  }

  /** Wakes the writer for its end. */
  private static final Write<?, ?> END = new Write<>((connection, none) -> none, "", 0);

  private final Transactions transactions;
  private final BlockingQueue<Write<?, ?>> queue;
  private final Thread writer = new Thread(this::writeUntilEnd, "storage-writer");
  private final DistributionSummary groupSizes;
  private final Refusals refusals;
  private final LongSupplier nanoTime;
  private final WritePace pace;
  private volatile boolean closed;

  /** Taken out of the queue for the next groups by the writer, which alone takes them out here. */
  private final Queue<Write<?, ?>> next = new ConcurrentLinkedQueue<>();

  // The writer's own: what the writes of the current group took, in nanoseconds.
  private long worked;

  GroupCommit(
      Transactions transactions, int capacity, MeterRegistry registry, LongSupplier nanoTime) {
    this.transactions = transactions;
    this.queue = new ArrayBlockingQueue<>(capacity);
    this.nanoTime = nanoTime;
    this.pace = new WritePace(GROUP_SIZE, nanoTime);
    this.refusals = new Refusals("write", registry);
    this.groupSizes =
        DistributionSummary.builder("storage.write.group")
            .description("Writes that shared one transaction")
            .register(registry);
    registry.gauge("storage.write.waiting", this, GroupCommit::waiting);
    registry.gauge(
        "storage.write.expected.seconds", this, writes -> writes.expected().toMillis() / 1000.0);
    writer.start();
  }

  /**
   * @param patience {@link QueuedWork#EVER} where nobody is answered in the meantime
   */
  <T> CompletableFuture<T> submit(SqlWork<T> work, Duration patience) {
    // Of a kind of its own.
    return submit(
        (connection, itself) -> Collections.singletonList(work.run(connection)), work, patience);
  }

  /**
   * @param patience {@link QueuedWork#EVER} where nobody is answered in the meantime
   */
  <A, R> CompletableFuture<R> submit(GroupWork<A, R> work, A item, Duration patience) {
    Write<A, R> write = new Write<>(work, item, nanoTime.getAsLong() + patience.toNanos());
    Duration expected = expected();
    if (closed) {
      write.refuse(closed());
    } else if (expected.compareTo(patience) > 0) {
      write.refuse(refusals.tooSlow(waiting(), expected));
    } else if (!queue.offer(write)) {
      write.refuse(refusals.tooMany(waiting(), expected));
    } else if (closed && queue.remove(write)) {
      write.refuse(closed());
    }
    return write.future;
  }

  /** When a write that came now would be committed. */
  Duration expected() {
    return pace.expected(waiting());
  }

  private int waiting() {
    return queue.size() + next.size();
  }

  /** Answers those who have waited for too long. To be called again and again. */
  void refuseLate() {
    long now = nanoTime.getAsLong();
    for (Write<?, ?> write : queue) {
      if (write.isLate(now) && write != END && queue.remove(write)) {
        write.refuse(refusals.tooSlow(waiting(), expected()));
      }
    }
    for (Write<?, ?> write : next) {
      if (write.isLate(now)) {
        write.refuse(refusals.tooSlow(waiting(), expected()));
      }
    }
  }

  private static StorageException closed() {
    return new StorageException("The database is being closed", null, false);
  }

  private void writeUntilEnd() {
    boolean end = false;
    while (!end || !next.isEmpty()) {
      try {
        if (next.isEmpty()) {
          next.add(queue.take());
        }
      } catch (InterruptedException e) {
        // Nobody may interrupt a thread inside JDBC, and this one has an orderly end of its own.
        LOG.warn("The storage writer was interrupted and goes on");
        continue;
      }
      if (!end) {
        queue.drainTo(next, Math.max(0, pace.groupSize() - next.size()));
        end = next.remove(END);
      }
      if (!next.isEmpty()) {
        writeNext();
      }
    }
  }

  private void writeNext() {
    List<Write<?, ?>> group = new ArrayList<>(next.size());
    pace.begins(next.size());
    worked = 0;
    try {
      if (next.size() > 1) {
        writeTogether(group);
      } else if (beginInto(group, List.copyOf(next))) {
        writeAlone(group.get(0));
      }
    } finally {
      pace.ends(group.size(), worked);
      if (!group.isEmpty()) {
        groupSizes.record(group.size());
      }
    }
  }

  /**
   * Takes the writes out of the next ones, begins them and adds them to the group, all but those
   * that are too late.
   *
   * @return whether one was begun
   */
  private boolean beginInto(List<Write<?, ?>> group, List<Write<?, ?>> writes) {
    int before = group.size();
    next.removeAll(writes);
    long now = nanoTime.getAsLong();
    for (Write<?, ?> write : writes) {
      if (write.isLate(now)) {
        write.refuse(refusals.tooSlow(waiting(), expected()));
      } else if (write.begin()) {
        group.add(write);
      }
    }
    return group.size() > before;
  }

  private <A, R> void writeAlone(Write<A, R> write) {
    try {
      write.result = transactions.run(connection -> timed(() -> write.run(connection)));
    } catch (Throwable e) {
      write.future.completeExceptionally(e);
      return;
    }
    write.complete();
  }

  private interface Work<T> {
    T run() throws SQLException;
  }

  /** Runs the work and adds the time it takes to what the group's writes took. */
  private <T> T timed(Work<T> work) throws SQLException {
    long began = nanoTime.getAsLong();
    try {
      return work.run();
    } finally {
      worked += nanoTime.getAsLong() - began;
    }
  }

  /**
   * Of a group that takes too long what was not begun goes into the next one: where the database
   * has just become slow, those behind would otherwise all wait for the last of them, and could not
   * be refused.
   */
  private void writeTogether(List<Write<?, ?>> group) {
    try {
      transactions.once(
          connection ->
              timed(
                  () -> {
                    long began = nanoTime.getAsLong();
                    for (List<Write<?, ?>> kind : byWork(next)) {
                      int from = group.size();
                      if (beginInto(group, kind)) {
                        runOn(connection, group.subList(from, group.size()));
                      }
                      if (nanoTime.getAsLong() - began >= WritePace.GROUP_TIME.toNanos()) {
                        break;
                      }
                    }
                    return null;
                  }));
    } catch (Throwable e) {
      if (group.isEmpty()) {
        // There was not even a transaction: all of them meet with what the first would.
        beginInto(group, List.copyOf(next));
      }
      if (e instanceof StorageException failure
          && (failure.outcomeUnknown() || failure.unreachable())) {
        group.forEach(write -> write.future.completeExceptionally(failure));
      } else {
        LOG.debug("{} writes are tried one by one, since together they failed", group.size(), e);
        group.forEach(this::writeAlone);
      }
      return;
    }
    group.forEach(Write::complete);
  }

  /** In the order of the first of each kind. */
  private static Collection<List<Write<?, ?>>> byWork(Collection<Write<?, ?>> group) {
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
      late.refuse(closed());
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
