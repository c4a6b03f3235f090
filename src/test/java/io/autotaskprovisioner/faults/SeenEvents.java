package io.autotaskprovisioner.faults;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The events that reached one destination: their ids by instance. Thread-safe. */
public final class SeenEvents {

  private final Map<Long, Set<String>> idsByInstance = new ConcurrentHashMap<>();
  private final AtomicLong arrivals = new AtomicLong();

  public void add(long instanceId, String eventId) {
    arrivals.incrementAndGet();
    idsByInstance.computeIfAbsent(instanceId, id -> ConcurrentHashMap.newKeySet(1)).add(eventId);
  }

  /** The different ids that told of the instance; empty where none did. */
  public Set<String> of(long instanceId) {
    return idsByInstance.getOrDefault(instanceId, Set.of());
  }

  /** How many arrived, repeats among them. */
  public long arrivals() {
    return arrivals.get();
  }

  public int instances() {
    return idsByInstance.size();
  }
}
