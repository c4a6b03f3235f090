package io.autotaskprovisioner.delivery;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A destination and whether it takes events.
 *
 * @param kind webhook, uri or table; null where it has left the settings
 * @param target where it goes, as far as it holds no secret: of a webhook the authority, of a URI
 *     what stands before its options, of a table its name; null where it has left the settings
 * @param eventTypes empty means all
 * @param disabledAt null while enabled
 * @param reason why it is disabled; null while enabled
 */
public record DestinationEntry(
    String name,
    @Nullable String kind,
    @Nullable String target,
    Set<String> eventTypes,
    boolean includeToken,
    int concurrency,
    @Nullable Instant disabledAt,
    @Nullable String reason) {

  public DestinationEntry {
    eventTypes = Set.copyOf(eventTypes);
  }

  /** One that is no longer in the settings. */
  static DestinationEntry removed(String name) {
    return new DestinationEntry(name, null, null, Set.of(), false, 0, null, null);
  }

  public boolean configured() {
    return kind != null;
  }

  public boolean disabled() {
    return disabledAt != null;
  }
}
