package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.ProvisioningException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies a stored instance anew, by the route that proved its credentials when it was made: the
 * same host rules, call budget and guard of logins. Thread-safe; it does not block.
 *
 * <p>Only a rejection by the provider makes an instance invalid, and only an acceptance makes it
 * valid again. Our choice: every other failure changes nothing, such as a provider that is away, a
 * login that is held back, a code that is suspected, a right that is missing.
 */
public final class Reverification {

  /** What was learnt of the instance. */
  public enum Verdict {
    ACCEPTED,
    /** Accepted, and not valid before. */
    VALIDATED,
    REJECTED,
    /** Rejected, and valid before. */
    INVALIDATED,
    /** Nothing; nothing was changed. */
    UNDECIDED
  }

  private static final Logger LOG = LoggerFactory.getLogger(Reverification.class);

  /** As long as one attempt of a journal request. */
  private static final Duration MAX_ATTEMPT = Duration.ofSeconds(60);

  private final LoginProof logins;
  private final ElementCatalogue catalogue;
  private final InstanceValidity validity;
  private final Clock clock;

  Reverification(
      LoginProof logins, ElementCatalogue catalogue, InstanceValidity validity, Clock clock) {
    this.logins = logins;
    this.catalogue = catalogue;
    this.validity = validity;
    this.clock = clock;
  }

  /** Completes after the change, if there is one, is committed; never exceptionally. */
  public CompletableFuture<Verdict> verify(Instance instance) {
    return asked(instance)
        .handle(
            (tenant, failure) ->
                failure == null ? accepted(instance, tenant) : refused(instance, failure))
        .thenCompose(verdict -> verdict)
        .exceptionally(
            failure -> {
              LOG.warn("Instance {} is not verified: {}", instance.id(), failure.toString());
              return Verdict.UNDECIDED;
            });
  }

  private CompletableFuture<TenantDetails> asked(Instance instance) {
    return catalogue
        .find(instance.elementKey())
        .map(element -> logins.prove(instance, element, clock.instant().plus(MAX_ATTEMPT)))
        .orElseGet(
            () ->
                CompletableFuture.failedFuture(
                    new IllegalStateException(
                        "The catalogue lacks element " + instance.elementKey())));
  }

  private CompletableFuture<Verdict> accepted(Instance instance, TenantDetails tenant) {
    return validity
        .accepted(instance, tenant)
        .thenApply(changed -> changed ? Verdict.VALIDATED : Verdict.ACCEPTED);
  }

  private CompletableFuture<Verdict> refused(Instance instance, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof ProvisioningException known)) {
      return CompletableFuture.failedFuture(cause);
    }
    if (isRejection(known.failure())) {
      return validity
          .rejected(instance)
          .thenApply(changed -> changed ? Verdict.INVALIDATED : Verdict.REJECTED);
    }
    LOG.debug("Instance {} is undecided: {}", instance.id(), known.getMessage());
    return CompletableFuture.completedFuture(Verdict.UNDECIDED);
  }

  /** A login that is held back has the same class, and a time at which to ask again. */
  private static boolean isRejection(Failure failure) {
    return failure.failureClass() == FailureClass.REJECTED_CREDENTIALS
        && failure.retryAfter() == null;
  }
}
