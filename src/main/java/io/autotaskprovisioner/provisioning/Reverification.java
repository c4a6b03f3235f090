package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
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

  private final CamelContext context;
  private final ProducerTemplate template;
  private final ElementCatalogue catalogue;
  private final InstanceValidity validity;
  private final Clock clock;

  Reverification(
      CamelContext context, ElementCatalogue catalogue, InstanceValidity validity, Clock clock) {
    this.context = context;
    this.template = context.createProducerTemplate();
    this.catalogue = catalogue;
    this.validity = validity;
    this.clock = clock;
  }

  /** Completes after the change, if there is one, is committed; never exceptionally. */
  public CompletableFuture<Verdict> verify(Instance instance) {
    return asked(instance)
        .thenCompose(answer -> concluded(instance, answer))
        .exceptionally(
            failure -> {
              LOG.warn("Instance {} is not verified: {}", instance.id(), failure.toString());
              return Verdict.UNDECIDED;
            });
  }

  private CompletableFuture<Exchange> asked(Instance instance) {
    try {
      Element element = catalogue.find(instance.elementKey()).orElseThrow();
      String route = "direct:verify-" + element.verification();
      Exchange exchange = context.getEndpoint(route).createExchange();
      exchange.getMessage().setBody(request(instance));
      exchange.setProperty(ProvisioningProperties.ELEMENT, element);
      exchange.setProperty(ProvisioningProperties.VERIFICATION, element.verification());
      exchange.setProperty(ProvisioningProperties.ACCEPTED_BEFORE, instance.valid());
      exchange.setProperty(ProvisioningProperties.DEADLINE, clock.instant().plus(MAX_ATTEMPT));
      return template.asyncSend(route, exchange);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static ProvisioningRequest request(Instance instance) {
    return new ProvisioningRequest(
        instance.accountId(),
        null,
        instance.elementKey(),
        instance.name(),
        instance.tags(),
        instance.configuration(),
        instance.externalAuthentication(),
        null);
  }

  private CompletableFuture<Verdict> concluded(Instance instance, Exchange answer) {
    Exception failure = answer.getException();
    if (failure == null) {
      VerifiedRequest verified = answer.getMessage().getBody(VerifiedRequest.class);
      return validity
          .accepted(instance, verified.tenant())
          .thenApply(changed -> changed ? Verdict.VALIDATED : Verdict.ACCEPTED);
    }
    if (failure instanceof ProvisioningException known) {
      if (isRejection(known.failure())) {
        return validity
            .rejected(instance)
            .thenApply(changed -> changed ? Verdict.INVALIDATED : Verdict.REJECTED);
      }
      LOG.debug("Instance {} is undecided: {}", instance.id(), known.getMessage());
      return CompletableFuture.completedFuture(Verdict.UNDECIDED);
    }
    return CompletableFuture.failedFuture(failure);
  }

  /** A login that is held back has the same class, and a time at which to ask again. */
  private static boolean isRejection(Failure failure) {
    return failure.failureClass() == FailureClass.REJECTED_CREDENTIALS
        && failure.retryAfter() == null;
  }
}
