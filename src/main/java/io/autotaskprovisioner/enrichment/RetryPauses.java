package io.autotaskprovisioner.enrichment;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * When a tenant is asked again.
 *
 * @param first the pause after the first failed attempt; it doubles from there
 * @param longest no pause is longer, unless Autotask asked for it
 * @param giveUpAfter counted from when the tenant was noted
 */
record RetryPauses(Duration first, Duration longest, Duration giveUpAfter) {

  private static final double JITTER = 0.2;

  /**
   * @param attempts made so far, 1 or more
   * @param atLeast what Autotask or the guard asked for
   */
  Duration after(int attempts, @Nullable Duration atLeast) {
    Duration doubled = first.multipliedBy(1L << Math.min(attempts - 1, 20));
    Duration pause = doubled.compareTo(longest) > 0 ? longest : doubled;
    double factor = 1 + ThreadLocalRandom.current().nextDouble(-JITTER, JITTER);
    Duration spread = Duration.ofMillis((long) (pause.toMillis() * factor));
    return atLeast != null && atLeast.compareTo(spread) > 0 ? atLeast : spread;
  }
}
