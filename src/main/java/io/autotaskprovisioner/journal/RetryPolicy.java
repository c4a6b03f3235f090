package io.autotaskprovisioner.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When a failed attempt is repeated: delays double from the first to the longest one, each between
 * half and the whole of it by chance, so that many that failed together do not come back together.
 * A {@code Retry-After} is the lower bound; up to a quarter of it is added by chance, for the same
 * reason. Immutable; as thread-safe as its random source.
 *
 * @param giveUpAfter counted from the first attempt; a retry that would come later is given up
 */
record RetryPolicy(
    Duration firstDelay, Duration maxDelay, Duration giveUpAfter, RandomGenerator random) {

  /** How long a request rests where nothing was tried. Our choice. */
  private static final Duration PAUSE = Duration.ofSeconds(30);

  RetryPolicy {
    if (firstDelay.isNegative() || firstDelay.isZero() || maxDelay.compareTo(firstDelay) < 0) {
      throw new IllegalArgumentException("0 < first delay <= longest delay");
    }
  }

  /** The time of the next attempt; empty if the failure is final. */
  Optional<Instant> nextAttempt(
      Failure failure, int attempts, Instant firstAttemptAt, Instant now) {
    // An unknown login may be one that was made a moment ago; once is enough to find out.
    boolean again =
        failure.failureClass().retryable()
            || failure.failureClass() == FailureClass.UNKNOWN_LOGIN && attempts <= 1;
    Instant next = now.plus(atLeast(failure, jittered(delay(attempts))));
    return again && !next.isAfter(firstAttemptAt.plus(giveUpAfter))
        ? Optional.of(next)
        : Optional.empty();
  }

  /** The time of the next attempt where this one did not count. */
  Instant afterPause(Failure failure, Instant now) {
    return now.plus(atLeast(failure, jittered(PAUSE)));
  }

  private Duration delay(int attempts) {
    Duration delay = firstDelay;
    for (int i = 1; i < attempts && delay.compareTo(maxDelay) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    return delay.compareTo(maxDelay) < 0 ? delay : maxDelay;
  }

  private Duration jittered(Duration delay) {
    long half = delay.toMillis() / 2;
    return Duration.ofMillis(half + random.nextLong(half + 1));
  }

  /** Our choice: a quarter, since the other side named a time and not a rate. */
  private Duration atLeast(Failure failure, Duration delay) {
    Duration retryAfter = failure.retryAfter();
    if (retryAfter == null || retryAfter.compareTo(delay) < 0) {
      return delay;
    }
    return retryAfter.plusMillis(random.nextLong(retryAfter.toMillis() / 4 + 1));
  }
}
