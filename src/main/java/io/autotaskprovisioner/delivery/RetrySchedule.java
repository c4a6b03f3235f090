package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.delivery.DeliveryOutcome.Delivered;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Exhausted;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Gone;
import io.autotaskprovisioner.delivery.DeliveryOutcome.RetryAt;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Decides what an answer means for a delivery: done, again later, or given up. Thread-safe as far
 * as its parts are.
 */
final class RetrySchedule {

  private static final double JITTER = 0.1;

  private final List<Duration> waits;
  private final Clock clock;
  private final DoubleSupplier random;

  /**
   * @param waits between attempts, before jitter; one more attempt than waits is made
   * @param random from 0 (included) to 1 (excluded)
   */
  RetrySchedule(List<Duration> waits, Clock clock, DoubleSupplier random) {
    this.waits = List.copyOf(waits);
    this.clock = clock;
    this.random = random;
  }

  /**
   * @param earlierAttempts counted before this one
   */
  DeliveryOutcome outcome(PostAnswer answer, int earlierAttempts) {
    Integer status = answer.statusCode();
    if (answer.accepted()) {
      return new Delivered(status);
    }
    if (status != null && status == Gone.STATUS_CODE) {
      return new Gone("The receiver answered 410: it wants no more events");
    }
    String reason = status == null ? String.valueOf(answer.error()) : reason(status);
    if (earlierAttempts >= waits.size()) {
      return new Exhausted(status, reason);
    }
    return new RetryAt(nextAttempt(answer, earlierAttempts), status, reason);
  }

  private Instant nextAttempt(PostAnswer answer, int earlierAttempts) {
    Instant now = clock.instant();
    double factor = 1 - JITTER + 2 * JITTER * random.getAsDouble();
    Instant scheduled = now.plusMillis(Math.round(waits.get(earlierAttempts).toMillis() * factor));
    Integer status = answer.statusCode();
    if (status == null || (status != 429 && status != 503)) {
      return scheduled;
    }
    return RetryAfter.parse(answer.retryAfter(), now)
        .filter(asked -> asked.isAfter(scheduled))
        .orElse(scheduled);
  }

  private static String reason(int status) {
    return status / 100 == 3
        ? "The receiver answered %d: redirects are not followed".formatted(status)
        : "The receiver answered %d".formatted(status);
  }
}
