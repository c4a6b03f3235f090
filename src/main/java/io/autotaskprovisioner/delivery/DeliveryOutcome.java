package io.autotaskprovisioner.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How one delivery attempt ended. */
sealed interface DeliveryOutcome {

  /** The word for it in metrics. */
  String label();

  /**
   * The receiver took it.
   *
   * @param statusCode a 2xx; null where the receiver does not speak HTTP
   */
  record Delivered(@Nullable Integer statusCode) implements DeliveryOutcome {
    @Override
    public String label() {
      return "delivered";
    }
  }

  /** It failed and is tried again. */
  record RetryAt(Instant nextAttempt, @Nullable Integer statusCode, String reason)
      implements DeliveryOutcome {
    @Override
    public String label() {
      return "retried";
    }
  }

  /** It failed and was the last of the schedule. */
  record Exhausted(@Nullable Integer statusCode, String reason) implements DeliveryOutcome {
    @Override
    public String label() {
      return "exhausted";
    }
  }

  /** The receiver said 410: it wants nothing any more. */
  record Gone(String reason) implements DeliveryOutcome {
    static final int STATUS_CODE = 410;

    @Override
    public String label() {
      return "gone";
    }
  }

  /** Nothing was sent; another claim may take it at once. No attempt is counted. */
  record Released() implements DeliveryOutcome {
    @Override
    public String label() {
      return "released";
    }
  }
}
