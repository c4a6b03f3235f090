package io.autotaskprovisioner.delivery;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A configured destination and whether it takes events.
 *
 * @param host of its webhook, with the port where one is given; path and query may hold secrets and
 *     are not shown
 * @param eventTypes empty means all
 * @param disabledAt null while enabled
 * @param reason why it is disabled; null while enabled
 */
public record DestinationEntry(
    String name,
    String host,
    Set<String> eventTypes,
    boolean includeToken,
    int concurrency,
    @Nullable Instant disabledAt,
    @Nullable String reason) {

  public DestinationEntry {
    eventTypes = Set.copyOf(eventTypes);
  }

  public boolean disabled() {
    return disabledAt != null;
  }
}
