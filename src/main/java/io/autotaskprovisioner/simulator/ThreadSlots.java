package io.autotaskprovisioner.simulator;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Calls under way per thread key. Holds only keys with calls under way. Thread-safe. */
final class ThreadSlots {

  private final ConcurrentHashMap<String, Integer> busy = new ConcurrentHashMap<>();

  /**
   * Takes a slot.
   *
   * @param limit calls at once; 0: no limit
   * @return gives the slot back, running it again does nothing; null where all are taken
   */
  @Nullable Runnable take(String key, int limit) {
    AtomicBoolean held = new AtomicBoolean();
    busy.compute(
        key,
        (k, count) -> {
          int now = count == null ? 0 : count;
          if (limit > 0 && now >= limit) {
            return count;
          }
          held.set(true);
          return now + 1;
        });
    if (!held.get()) {
      return null;
    }
    return () -> {
      if (held.compareAndSet(true, false)) {
        busy.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
      }
    };
  }

  int underWay() {
    return busy.values().stream().mapToInt(Integer::intValue).sum();
  }
}
