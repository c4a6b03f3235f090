package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.delivery.Claim.Completion;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Delivered;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Exhausted;
import io.autotaskprovisioner.delivery.DeliveryOutcome.RetryAt;
import io.autotaskprovisioner.storage.StorageException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator what became of deliveries without a line for each: when a destination begins
 * to fail, when it takes events again, what was given up. Confined to its loop's thread.
 */
final class DestinationNotices {

  private static final Logger LOG = LoggerFactory.getLogger(DestinationLoop.class);

  private final String destination;
  private boolean failing;
  private boolean outage;

  DestinationNotices(String destination) {
    this.destination = destination;
  }

  void written(List<Completion> completions, boolean disabledNow) {
    int exhausted = 0;
    for (Completion completion : completions) {
      DeliveryOutcome outcome = completion.outcome();
      LOG.debug("Delivery {} to {}: {}", completion.delivery().id(), destination, outcome);
      if (outcome instanceof Delivered) {
        takesEvents();
      } else if (outcome instanceof RetryAt retry) {
        fails(completion, retry.reason());
      } else if (outcome instanceof Exhausted given) {
        exhausted++;
        fails(completion, given.reason());
      }
    }
    if (exhausted > 0) {
      LOG.warn(
          "{} deliveries to {} are exhausted after their last attempt: see GET /deliveries",
          exhausted,
          destination);
    }
    if (disabledNow) {
      LOG.warn(
          "Destination {} answered 410 and is disabled: its deliveries become EXHAUSTED until it is enabled again",
          destination);
    }
  }

  void outage(Throwable failure) {
    if (!outage) {
      outage = true;
      if (failure instanceof StorageException) {
        LOG.warn("Deliveries to {} pause: {}", destination, failure.getMessage());
      } else {
        LOG.error("Deliveries to {} pause after a defect", destination, failure);
      }
    }
  }

  void outageOver() {
    if (outage) {
      outage = false;
      LOG.info("Deliveries to {} go on", destination);
    }
  }

  void undrained(int outcomes, RuntimeException failure) {
    LOG.warn(
        "{} outcomes of posts to {} were not written at the stop, those are sent again: {}",
        outcomes,
        destination,
        failure.getMessage());
  }

  private void fails(Completion completion, String reason) {
    if (!failing) {
      failing = true;
      LOG.warn(
          "Destination {} fails since delivery {} (attempt {}): {}",
          destination,
          completion.delivery().id(),
          completion.delivery().attempts() + 1,
          reason);
    }
  }

  private void takesEvents() {
    if (failing) {
      failing = false;
      LOG.info("Destination {} takes events again", destination);
    }
  }
}
