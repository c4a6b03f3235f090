package io.autotaskprovisioner.api;

import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.RequestOutcomes;
import io.autotaskprovisioner.storage.StorageException;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the answer out of the exchange's failure. An {@code Idempotency-Key} keeps the answer where
 * the same request would always fail, and is given back where it may succeed later. Thread-safe.
 */
final class AnswerWithError extends ApiStep {

  private static final Logger LOG = LoggerFactory.getLogger(AnswerWithError.class);

  private final ApiErrors errors;
  private final IdempotencyKeys keys;

  private final RequestOutcomes outcomes;

  AnswerWithError(ApiErrors errors, IdempotencyKeys keys, RequestOutcomes outcomes) {
    this.errors = errors;
    this.keys = keys;
    this.outcomes = outcomes;
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    ApiAnswer answer = errors.answerTo(request.requestId(), failure);
    exchange.getMessage().setBody(answer);
    boolean provisioning = AuthenticateToken.instanceOf(exchange) == null;
    if (provisioning && failure instanceof ProvisioningException) {
      outcomes.count(Door.HTTP, RequestOutcomes.Outcome.FAILED, 1);
    }
    IdempotencyKeys.Reservation reservation =
        exchange.getProperty(ReserveIdempotencyKey.RESERVATION, IdempotencyKeys.Reservation.class);
    if (reservation == null) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Boolean> settled =
        (isPermanent(failure) ? keys.finish(reservation, answer) : keys.release(reservation))
            .exceptionally(
                e -> {
                  // The reservation runs out by itself; the caller still gets the answer.
                  LOG.warn(
                      "The Idempotency-Key of request {} stays reserved: {}",
                      request.requestId(),
                      e.toString());
                  return false;
                });
    // What is slow or away is not waited for a second time.
    return failure instanceof StorageException ? CompletableFuture.completedFuture(false) : settled;
  }

  /**
   * A rejection by Autotask, or of the request itself, with the same words every time. A login that
   * is held back by us is none: it opens again.
   */
  private static boolean isPermanent(Exception failure) {
    return failure instanceof ProvisioningException refused
        && !refused.failure().failureClass().retryable()
        && refused.failure().retryAfter() == null;
  }
}
