package io.autotaskprovisioner.account;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A bucket of tokens for each key, on this node alone. A bucket that must be full again is
 * forgotten, and so is the longest unused of too many: memory is bounded. Thread-safe.
 */
public final class Buckets {

  private static final int MOST = 100_000;
  private static final Duration SHORTEST_MEMORY = Duration.ofMinutes(1);

  private final LoadingCache<String, Bucket> buckets;
  private final int mostDebt;

  /**
   * @param capacity tokens in a full bucket
   * @param every the time in which one token comes back
   */
  public Buckets(int capacity, Duration every, Clock clock) {
    this(capacity, 0, every, clock);
  }

  /**
   * @param capacity tokens in a full bucket
   * @param mostDebt tokens that an empty one may owe
   * @param every the time in which one token comes back
   */
  Buckets(int capacity, int mostDebt, Duration every, Clock clock) {
    this.mostDebt = mostDebt;
    TimeMeter meter = meter(clock);
    Duration toBeFull = every.multipliedBy(capacity + (long) mostDebt);
    buckets =
        Caffeine.newBuilder()
            .expireAfterAccess(toBeFull.compareTo(SHORTEST_MEMORY) > 0 ? toBeFull : SHORTEST_MEMORY)
            .maximumSize(MOST)
            .build(
                key ->
                    Bucket.builder()
                        .addLimit(limit -> limit.capacity(capacity).refillGreedy(1, every))
                        .withCustomTimePrecision(meter)
                        .build());
  }

  /** Takes a token; where there is none it answers how long until there is one. */
  public Optional<Duration> take(String key) {
    ConsumptionProbe probe = buckets.get(key).tryConsumeAndReturnRemaining(1);
    return probe.isConsumed()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
  }

  /** Puts a token back; a full bucket stays full. */
  public void giveBack(String key) {
    buckets.get(key).addTokens(1);
  }

  /** How long until there is a token; empty where there is one, which stays there. */
  Optional<Duration> untilToken(String key) {
    EstimationProbe probe = buckets.get(key).estimateAbilityToConsume(1);
    return probe.canBeConsumed()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
  }

  /** Takes a token, even where there is none: what is owed has to come back first. */
  void owe(String key) {
    Bucket bucket = buckets.get(key);
    if (bucket.getAvailableTokens() > -mostDebt) {
      bucket.consumeIgnoringRateLimits(1);
    }
  }

  private static TimeMeter meter(Clock clock) {
    return new TimeMeter() {
      @Override
      public long currentTimeNanos() {
        return ChronoUnit.NANOS.between(Instant.EPOCH, clock.instant());
      }

      @Override
      public boolean isWallClockBased() {
        return true;
      }
    };
  }
}
