package io.autotaskprovisioner.api;

import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.provisioning.ProvisioningProperties;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;

/**
 * Makes the answer out of the provisioned instance in the body. Where the request's {@code
 * requestId} had made it before, that instance is the answer (Our choice), and an {@code
 * Idempotency-Key} is finished with it. Thread-safe.
 */
final class AnswerWithInstance extends ApiStep {

  private final InstanceAnswers answers;
  private final IdempotencyKeys keys;

  AnswerWithInstance(InstanceAnswers answers, IdempotencyKeys keys) {
    this.answers = answers;
    this.keys = keys;
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    Instance instance = exchange.getMessage().getBody(Instance.class);
    ApiAnswer answer = answers.created(instance);
    exchange.getMessage().setBody(answer);
    IdempotencyKeys.Reservation reservation =
        exchange.getProperty(ReserveIdempotencyKey.RESERVATION, IdempotencyKeys.Reservation.class);
    boolean existing = exchange.getProperty(ProvisioningProperties.EXISTING, false, Boolean.class);
    return reservation != null && existing
        ? keys.finish(reservation, answer)
        : CompletableFuture.completedFuture(null);
  }
}
