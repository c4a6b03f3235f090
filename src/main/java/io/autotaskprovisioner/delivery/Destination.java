package io.autotaskprovisioner.delivery;

import java.time.Duration;
import java.util.Set;

/**
 * Something that wants events.
 *
 * @param name unique; letters a to z, digits and hyphens
 * @param target where they go
 * @param eventTypes the types it wants; empty means all
 * @param includeToken whether the instance's token is put in at sending
 * @param concurrency attempts under way at once, at least 1
 * @param timeout how long one attempt may take, connecting included
 */
record Destination(
    String name,
    Target target,
    Set<String> eventTypes,
    boolean includeToken,
    int concurrency,
    Duration timeout) {

  Destination {
    eventTypes = Set.copyOf(eventTypes);
    if (concurrency < 1) {
      throw new IllegalArgumentException("A destination has at least one attempt at once");
    }
  }

  boolean wants(String eventType) {
    return eventTypes.isEmpty() || eventTypes.contains(eventType);
  }

  @Override
  public String toString() {
    return "Destination[%s, %s %s]".formatted(name, target.kind(), target.shown());
  }
}
