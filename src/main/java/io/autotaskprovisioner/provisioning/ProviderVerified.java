package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.autotask.VerifiedLogin;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import java.net.URI;
import java.time.Clock;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Joins a request with the answer of a provider other than Autotask. A success proves the login,
 * and no more is known than the address that was called. Thread-safe.
 */
final class ProviderVerified implements AggregationStrategy {

  private final VerifiedRequestStrategy strategy = new VerifiedRequestStrategy();
  private final Clock clock;

  ProviderVerified(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Exchange aggregate(Exchange request, @Nullable Exchange answer) {
    if (answer.getException() == null) {
      Element element = request.getProperty(ProvisioningProperties.ELEMENT, Element.class);
      String server =
          request
              .getMessage()
              .getBody(ProvisioningRequest.class)
              .configuration()
              .get(element.serverUrlKey());
      answer
          .getMessage()
          .setBody(
              new VerifiedLogin(
                  null, URI.create(server.strip()), null, null, null, null, null, clock.instant()));
    }
    return strategy.aggregate(request, answer);
  }
}
