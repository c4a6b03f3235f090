package io.autotaskprovisioner.housekeeping;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How long things are kept, each by a setting: a duration, or {@code off} for ever. Read once, so
 * that a value that makes no sense ends the start. Immutable and thread-safe.
 */
public final class Retention {

  /** Nothing is older: what is kept for ever. */
  private static final Instant NEVER = Instant.EPOCH;

  private static final String OFF = "off";

  private final Map<String, Optional<Duration>> byKey = new TreeMap<>();
  private final Clock clock;

  private Retention(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param defaults by the key of the setting
   * @throws InvalidSettingException for a value that is neither a duration above zero nor {@code
   *     off}
   */
  static Retention of(Settings settings, Map<String, Duration> defaults, Clock clock) {
    Retention retention = new Retention(clock);
    defaults.forEach(
        (key, byDefault) -> {
          if (settings.text(key).filter(OFF::equalsIgnoreCase).isPresent()) {
            retention.byKey.put(key, Optional.empty());
            return;
          }
          Duration kept = settings.duration(key, byDefault);
          if (kept.isZero()) {
            throw new InvalidSettingException(
                "Setting %s is 0: give a duration such as 90d, or off to keep everything for ever."
                    .formatted(key));
          }
          retention.byKey.put(key, Optional.of(kept));
        });
    return retention;
  }

  /**
   * What was over before this moment is to be forgotten.
   *
   * @param key of the setting
   * @throws IllegalArgumentException for a key that is none of a retention
   */
  public OffsetDateTime before(String key) {
    Optional<Duration> kept = byKey.get(key);
    if (kept == null) {
      throw new IllegalArgumentException(key + " is the setting of no retention");
    }
    return kept.map(duration -> clock.instant().minus(duration))
        .orElse(NEVER)
        .atOffset(ZoneOffset.UTC);
  }
}
