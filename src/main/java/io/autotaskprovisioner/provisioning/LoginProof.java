package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/**
 * Proves a login by the route that the element's data file names: the same host rules, call budget
 * and guard of logins as when an instance is provisioned. Thread-safe; it does not block.
 */
public final class LoginProof {

  private final CamelContext context;
  private final ProducerTemplate template;

  /**
   * @param context with the {@code direct:verify-<name>} routes
   */
  public LoginProof(CamelContext context) {
    this.context = context;
    this.template = context.createProducerTemplate();
  }

  /**
   * What the provider said of the login.
   *
   * @param request valid for the element
   * @param deadline calls end before it
   * @return completes exceptionally with a {@link ProvisioningException} where the login was not
   *     accepted
   */
  public CompletableFuture<TenantDetails> prove(
      ProvisioningRequest request, Element element, Instant deadline) {
    return prove(request, element, false, deadline);
  }

  /** The same for the login that an instance has stored. */
  public CompletableFuture<TenantDetails> prove(
      Instance instance, Element element, Instant deadline) {
    return prove(requestOf(instance), element, instance.valid(), deadline);
  }

  /** The instance as a request whose credentials can be proven. */
  public static ProvisioningRequest requestOf(Instance instance) {
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

  private CompletableFuture<TenantDetails> prove(
      ProvisioningRequest request, Element element, boolean acceptedBefore, Instant deadline) {
    try {
      String route = "direct:verify-" + element.verification();
      Exchange exchange = context.getEndpoint(route).createExchange();
      exchange.getMessage().setBody(request);
      exchange.setProperty(ProvisioningProperties.ELEMENT, element);
      exchange.setProperty(ProvisioningProperties.VERIFICATION, element.verification());
      exchange.setProperty(ProvisioningProperties.ACCEPTED_BEFORE, acceptedBefore);
      exchange.setProperty(ProvisioningProperties.DEADLINE, deadline);
      return template.asyncSend(route, exchange).thenCompose(LoginProof::answered);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static CompletableFuture<TenantDetails> answered(Exchange answer) {
    Exception failure = answer.getException();
    return failure == null
        ? CompletableFuture.completedFuture(
            answer.getMessage().getBody(VerifiedRequest.class).tenant())
        : CompletableFuture.failedFuture(failure);
  }
}
