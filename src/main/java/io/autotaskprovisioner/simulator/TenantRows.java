package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The rows of every tenant: computed from its id, until changed. Changed and new rows are kept, 32
 * MB of them over all tenants. Thread-safe.
 */
final class TenantRows {

  private static final long MAX_CHARACTERS = 32L << 20;
  private static final long FIRST_NEW_ID = 40_000_000;

  private record Key(int ci, EntityType type, long id) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparingInt(Key::ci).thenComparing(Key::type).thenComparingLong(Key::id);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  private final ConcurrentSkipListMap<Key, ObjectNode> kept = new ConcurrentSkipListMap<>();
  private final AtomicLong characters = new AtomicLong();
  private final AtomicLong lastNewId = new AtomicLong(FIRST_NEW_ID);

  /** The row, or null; its own copy. */
  @Nullable ObjectNode find(SimulatedUser tenant, EntityType type, long id, int rows) {
    ObjectNode changed = kept.get(new Key(tenant.ci(), type, id));
    if (changed != null) {
      return changed.deepCopy();
    }
    return SampleRows.isBuiltIn(type, id)
            || id > type.idBefore() && id <= type.idBefore() + rows - SampleRows.builtIn(type)
        ? SampleRows.row(tenant, type, id)
        : null;
  }

  /** All rows by ascending id. */
  NavigableMap<Long, ObjectNode> all(SimulatedUser tenant, EntityType type, int rows) {
    NavigableMap<Long, ObjectNode> all = new TreeMap<>();
    SampleRows.all(tenant, type, rows).forEach(row -> all.put(row.get("id").longValue(), row));
    kept.subMap(
            new Key(tenant.ci(), type, Long.MIN_VALUE), new Key(tenant.ci(), type, Long.MAX_VALUE))
        .forEach((key, row) -> all.put(key.id(), row));
    return all;
  }

  long nextId() {
    return lastNewId.incrementAndGet();
  }

  /** Keeps the row; false where the room for changes is used up. */
  boolean keep(SimulatedUser tenant, EntityType type, ObjectNode row) {
    long size = row.toString().length();
    if (characters.addAndGet(size) > MAX_CHARACTERS) {
      characters.addAndGet(-size);
      return false;
    }
    ObjectNode old = kept.put(new Key(tenant.ci(), type, row.get("id").longValue()), row);
    if (old != null) {
      characters.addAndGet(-old.toString().length());
    }
    return true;
  }

  void reset() {
    kept.clear();
    characters.set(0);
  }
}
