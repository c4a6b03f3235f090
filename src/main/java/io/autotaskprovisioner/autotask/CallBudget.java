package io.autotaskprovisioner.autotask;

import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * How many calls may be under way at once. Autotask allows three threads per integration code and
 * endpoint; we count them per tenant as well (Our choice, since the limit is enforced per
 * database). Callers are served in order; what nobody uses takes no memory. Thread-safe, never
 * blocks.
 */
final class CallBudget {

  static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** Which calls share their slots. */
  record Key(@Nullable String integrationCode, String endpoint, String tenant) {

    @Override
    public String toString() {
      return "Key[endpoint=" + endpoint + ", tenant=" + tenant + "]";
    }
  }

  /** One slot. To be closed once; further closes do nothing. */
  final class Permit implements AutoCloseable {

    private final Key key;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Permit(Key key) {
      this.key = key;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        release(key);
      }
    }
  }

  private static final class Bucket {
    private int taken;
    private final Queue<CompletableFuture<Permit>> waiting = new ArrayDeque<>();
  }

  // Guarded by this. Each critical section is a few map operations.
  private final Map<Key, Bucket> buckets = new HashMap<>();
  private final Map<String, Integer> waitingPerTenant = new HashMap<>();

  /**
   * Takes a slot, or a place in the queue for one. Cancelling the future gives the place up.
   *
   * @return completes exceptionally with kind THROTTLED where the tenant's queue is full
   */
  CompletableFuture<Permit> acquire(Key key, int maxConcurrent, int maxWaiting) {
    CompletableFuture<Permit> place = new CompletableFuture<>();
    synchronized (this) {
      Bucket bucket = buckets.computeIfAbsent(key, unused -> new Bucket());
      if (bucket.taken < maxConcurrent && bucket.waiting.isEmpty()) {
        bucket.taken++;
        return CompletableFuture.completedFuture(new Permit(key));
      }
      int waiting = waitingPerTenant.getOrDefault(key.tenant(), 0);
      if (waiting >= maxWaiting) {
        dropIfIdle(key, bucket);
        return CompletableFuture.failedFuture(full());
      }
      waitingPerTenant.put(key.tenant(), waiting + 1);
      bucket.waiting.add(place);
    }
    place.whenComplete((permit, failure) -> leaveQueue(key, place, failure != null));
    return place;
  }

  /** For tests and gauges: buckets in use. */
  synchronized int inUse() {
    return buckets.size() + waitingPerTenant.size();
  }

  private void release(Key key) {
    while (true) {
      CompletableFuture<Permit> next;
      synchronized (this) {
        Bucket bucket = buckets.get(key);
        next = bucket.waiting.poll();
        if (next == null) {
          bucket.taken--;
          dropIfIdle(key, bucket);
          return;
        }
      }
      // Outside the lock: dependants run here. A place that was given up passes the slot on.
      if (next.complete(new Permit(key))) {
        return;
      }
    }
  }

  private synchronized void leaveQueue(Key key, CompletableFuture<Permit> place, boolean gaveUp) {
    waitingPerTenant.computeIfPresent(
        key.tenant(), (tenant, waiting) -> waiting > 1 ? waiting - 1 : null);
    Bucket bucket = buckets.get(key);
    if (gaveUp && bucket != null) {
      bucket.waiting.remove(place);
      dropIfIdle(key, bucket);
    }
  }

  private void dropIfIdle(Key key, Bucket bucket) {
    if (bucket.taken == 0 && bucket.waiting.isEmpty()) {
      buckets.remove(key);
    }
  }

  private static AutotaskException full() {
    return new AutotaskException(
        Kind.THROTTLED,
        "Too many requests for this tenant are waiting already.",
        null,
        RETRY_AFTER);
  }
}
