package io.autotaskprovisioner.journal;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/**
 * The counter {@code provisioning.requests}, by {@code door} and {@code outcome}. Thread-safe.
 *
 * <p>Outcomes: {@code succeeded}, {@code failed} (for good), {@code retried} (an attempt failed and
 * is repeated later), {@code duplicate}.
 */
public final class RequestOutcomes {

  /** How a request, or one attempt of it, ended. */
  public enum Outcome {
    SUCCEEDED,
    FAILED,
    RETRIED,
    DUPLICATE
  }

  private final MeterRegistry meters;

  public RequestOutcomes(MeterRegistry meters) {
    this.meters = meters;
  }

  public void count(Door door, Outcome outcome, int requests) {
    if (requests > 0) {
      meters
          .counter("provisioning.requests", "door", tag(door), "outcome", tag(outcome))
          .increment(requests);
    }
  }

  private static String tag(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
