package io.autotaskprovisioner.simulator;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * External requests per tenant database in the rolling window, counted by the minute. The 100,000
 * tenants seen last are remembered. Thread-safe.
 */
final class UsageMeter {

  private static final int MINUTES = 61;

  /** A ring of minutes; guarded by itself. */
  private static final class Ring {
    private final int[] counts = new int[MINUTES];
    private final long[] minutes = new long[MINUTES];

    synchronized int within(long minute, int window) {
      int sum = 0;
      for (int i = 0; i < MINUTES; i++) {
        if (minutes[i] > minute - window && minutes[i] <= minute) {
          sum += counts[i];
        }
      }
      return sum;
    }

    synchronized int add(long minute, int window) {
      int slot = (int) (minute % MINUTES);
      if (minutes[slot] != minute) {
        minutes[slot] = minute;
        counts[slot] = 0;
      }
      counts[slot]++;
      return within(minute, window);
    }
  }

  private final Cache<Integer, Ring> rings = Caffeine.newBuilder().maximumSize(100_000).build();
  private final Supplier<Instant> now;

  UsageMeter(Supplier<Instant> now) {
    this.now = now;
  }

  int count(int ci, int windowMinutes) {
    Ring ring = rings.getIfPresent(ci);
    return ring == null ? 0 : ring.within(minute(), windowMinutes);
  }

  /** Counts one more request and gives the count with it. */
  int add(int ci, int windowMinutes) {
    return rings.get(ci, key -> new Ring()).add(minute(), windowMinutes);
  }

  void reset() {
    rings.invalidateAll();
  }

  private long minute() {
    return now.get().getEpochSecond() / 60;
  }
}
