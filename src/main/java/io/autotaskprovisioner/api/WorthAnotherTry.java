package io.autotaskprovisioner.api;

import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.provisioning.ProvisioningProperties;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/**
 * Whether Autotask may take the same request a moment later, while the caller still waits. A
 * time-out has used that time up; whatever else is transient is the caller's to repeat.
 * Thread-safe.
 */
final class WorthAnotherTry implements Predicate {

  private static final Set<FailureClass> PASSING =
      EnumSet.of(FailureClass.PROVIDER_ERROR, FailureClass.UNREACHABLE, FailureClass.THROTTLED);

  private final Clock clock;

  WorthAnotherTry(Clock clock) {
    this.clock = clock;
  }

  @Override
  public boolean matches(Exchange exchange) {
    return exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof ProvisioningException refused
        && PASSING.contains(refused.failure().failureClass())
        && fitsBeforeDeadline(exchange, refused.failure());
  }

  private boolean fitsBeforeDeadline(Exchange exchange, Failure failure) {
    Instant deadline = exchange.getProperty(ProvisioningProperties.DEADLINE, Instant.class);
    Duration wait = failure.retryAfter() == null ? Duration.ZERO : failure.retryAfter();
    return clock.instant().plus(wait).isBefore(deadline);
  }
}
