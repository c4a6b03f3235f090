package io.autotaskprovisioner.api;

import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.journal.RequestOutcomes;
import io.autotaskprovisioner.provisioning.ProvisioningProperties;
import io.autotaskprovisioner.provisioning.SameRequest;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;

/**
 * Makes the answer out of the provisioned instance in the body. Where the request's {@code
 * requestId} had made it before, that instance is the answer (Our choice), and an {@code
 * Idempotency-Key} is finished with it; where it made one for somebody else, 409. Thread-safe.
 */
final class AnswerWithInstance extends ApiStep {

  private final InstanceAnswers answers;
  private final IdempotencyKeys keys;
  private final SameRequest sameRequest;
  private final RequestOutcomes outcomes;

  AnswerWithInstance(
      InstanceAnswers answers,
      IdempotencyKeys keys,
      SameRequest sameRequest,
      RequestOutcomes outcomes) {
    this.answers = answers;
    this.keys = keys;
    this.sameRequest = sameRequest;
    this.outcomes = outcomes;
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    Instance instance = exchange.getMessage().getBody(Instance.class);
    boolean existing = exchange.getProperty(ProvisioningProperties.EXISTING, false, Boolean.class);
    if (existing) {
      requireSame(exchange, instance);
    }
    outcomes.count(
        Door.HTTP,
        existing ? RequestOutcomes.Outcome.DUPLICATE : RequestOutcomes.Outcome.SUCCEEDED,
        1);
    ApiAnswer answer = answers.created(instance);
    exchange.getMessage().setBody(answer);
    IdempotencyKeys.Reservation reservation =
        exchange.getProperty(ReserveIdempotencyKey.RESERVATION, IdempotencyKeys.Reservation.class);
    return reservation != null && existing
        ? keys.finish(reservation, answer)
        : CompletableFuture.completedFuture(null);
  }

  private void requireSame(Exchange exchange, Instance instance) {
    ProvisioningRequest wanted =
        exchange.getProperty(FindEarlierInstance.REQUEST, ProvisioningRequest.class);
    if (!sameRequest.made(instance, wanted)) {
      throw new ApiException(
          409,
          "The requestId %s has already made instance %d with another element or user name: use a new one for a new instance."
              .formatted(wanted.requestId(), instance.id()));
    }
  }
}
