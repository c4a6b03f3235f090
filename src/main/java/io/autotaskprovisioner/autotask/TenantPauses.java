package io.autotaskprovisioner.autotask;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Tenants that are near or over their hourly limit, and until when we leave them alone. The limit
 * counts all integrations of the tenant, so that going on would shut out the others too.
 * Thread-safe, bounded.
 *
 * <p>Our choice: at the given share of the limit a tenant pauses for a twelfth of the timeframe (5
 * minutes of 60), since the count is a rolling one and falls by itself; then as many calls as the
 * budget allows go out, and their answers tell whether to pause again. The call whose answer showed
 * the count is not affected: its login is proven. The pause knows no exception for single callers.
 */
final class TenantPauses {

  private static final int MAX_TENANTS = 10_000;
  private static final int DEFAULT_TIMEFRAME_MINUTES = 60;
  private static final int PAUSES_PER_TIMEFRAME = 12;
  private static final int MAX_TIMEFRAME_MINUTES = 24 * 60;

  private final Clock clock;
  private final Cache<String, Instant> pausedUntil =
      Caffeine.newBuilder().maximumSize(MAX_TENANTS).expireAfterWrite(Duration.ofHours(2)).build();

  TenantPauses(Clock clock) {
    this.clock = clock;
  }

  /**
   * @throws AutotaskException of kind THROTTLED while the tenant pauses
   */
  void check(String tenant) {
    Instant until = pausedUntil.getIfPresent(tenant);
    if (until == null) {
      return;
    }
    Duration left = Duration.between(clock.instant(), until);
    if (left.isZero() || left.isNegative()) {
      pausedUntil.asMap().remove(tenant, until);
      return;
    }
    throw new AutotaskException(
        Kind.THROTTLED,
        "The tenant is near its hourly limit of requests, so that we pause; nothing was sent.",
        null,
        left);
  }

  void usage(String tenant, ThresholdInformation usage, int pausePercent) {
    Integer limit = usage.externalRequestThreshold();
    Integer count = usage.currentTimeframeRequestCount();
    if (limit == null
        || count == null
        || limit <= 0
        || count * 100L < (long) limit * pausePercent) {
      return;
    }
    Integer given = usage.requestThresholdTimeframe();
    int minutes =
        given == null || given <= 0
            ? DEFAULT_TIMEFRAME_MINUTES
            : Math.min(given, MAX_TIMEFRAME_MINUTES);
    pause(tenant, Duration.ofMinutes(Math.max(1, minutes / PAUSES_PER_TIMEFRAME)));
  }

  /** Autotask itself asked for a pause that is longer than one about threads. */
  void refused(String tenant, AutotaskException failure) {
    Duration retryAfter = failure.retryAfter();
    if (failure.kind() == Kind.THROTTLED
        && retryAfter != null
        && retryAfter.compareTo(AnswerReader.THREAD_PAUSE) > 0) {
      pause(tenant, retryAfter);
    }
  }

  private void pause(String tenant, Duration length) {
    Instant until = clock.instant().plus(length);
    pausedUntil.asMap().merge(tenant, until, (a, b) -> a.isAfter(b) ? a : b);
  }
}
