package io.autotaskprovisioner.api;

import io.autotaskprovisioner.instance.CommitFence;
import io.autotaskprovisioner.provisioning.ProvisioningProperties;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/**
 * Reserves the request's {@code Idempotency-Key}, where it has one. If an earlier request had the
 * same one, its answer becomes the body and the property {@code repeated} is set. Thread-safe.
 */
final class ReserveIdempotencyKey extends ApiStep {

  /** The exchange property that holds an {@link IdempotencyKeys.Reservation}. */
  static final String RESERVATION = "idempotencyReservation";

  /** The exchange property that is true where the body is the answer of an earlier request. */
  static final String REPEATED = "repeated";

  /** The draft makes it a structured-field string; many clients leave the quotes out. */
  private static final Pattern KEY =
      Pattern.compile("\"?([\\x21\\x23-\\x5B\\x5D-\\x7E ]{1,255}?)\"?");

  private final IdempotencyKeys keys;
  private final InstanceAnswers answers;

  ReserveIdempotencyKey(IdempotencyKeys keys, InstanceAnswers answers) {
    this.keys = keys;
    this.answers = answers;
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    Optional<String> key = request.header("Idempotency-Key").map(ReserveIdempotencyKey::keyOf);
    if (key.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    long accountId = AuthenticateCaller.callerOf(exchange).id();
    return keys.reserve(accountId, key.get(), request)
        .thenAccept(
            outcome -> {
              if (outcome.refusal() != null) {
                throw outcome.refusal();
              }
              if (outcome.repeated() != null) {
                exchange.setProperty(REPEATED, true);
                exchange.getMessage().setBody(answers.repeated(outcome.repeated()));
                return;
              }
              IdempotencyKeys.Reservation reservation = outcome.reservation();
              exchange.setProperty(RESERVATION, reservation);
              CommitFence fence =
                  (connection, instance) ->
                      keys.finish(connection, reservation, answers.created(instance));
              exchange.setProperty(ProvisioningProperties.COMMIT_FENCE, fence);
            });
  }

  private static String keyOf(String header) {
    var matcher = KEY.matcher(header.strip());
    if (!matcher.matches()) {
      throw ApiException.badRequest(
          "The Idempotency-Key must be 1 to 255 printable ASCII characters, such as a UUID.");
    }
    return matcher.group(1);
  }
}
