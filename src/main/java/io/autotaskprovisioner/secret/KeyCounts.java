package io.autotaskprovisioner.secret;

import java.util.Map;
import java.util.TreeMap;

/** How many values each key sealed, by column. Not thread-safe. */
final class KeyCounts {

  private final Map<Long, Map<String, Long>> byKey = new TreeMap<>();

  void add(long key, String column, long values) {
    byKey.computeIfAbsent(key, k -> new TreeMap<>()).merge(column, values, Long::sum);
  }

  /** By column; empty where the key sealed nothing that is there. */
  Map<String, Long> of(long key) {
    return byKey.getOrDefault(key, Map.of());
  }

  /** All columns together. */
  long total(long key) {
    return of(key).values().stream().mapToLong(Long::longValue).sum();
  }

  /** Every key that sealed something, on the ring or not. */
  Iterable<Long> keys() {
    return byKey.keySet();
  }
}
