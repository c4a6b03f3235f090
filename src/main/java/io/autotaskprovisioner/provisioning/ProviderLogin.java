package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.autotask.AutotaskComponent;
import io.autotaskprovisioner.autotask.HttpPassage;
import io.autotaskprovisioner.autotask.LoginCredentials;
import io.autotaskprovisioner.element.Element;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * For the {@code direct:verify-<name>} route of a provider other than Autotask: turns the request
 * in the body into one call by basic authentication. The host has been checked against the
 * element's {@code credentialDomain}, and the guard of logins has let the call pass, when it
 * returns; it may wait for that, so that the route brings threads of its own. Thread-safe.
 */
final class ProviderLogin implements Processor {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AutotaskComponent access;
  private final RequestCredentials credentials = new RequestCredentials();
  private final Clock clock;

  ProviderLogin(AutotaskComponent access, Clock clock) {
    this.access = access;
    this.clock = clock;
  }

  @Override
  public void process(Exchange exchange) {
    Element element = exchange.getProperty(ProvisioningProperties.ELEMENT, Element.class);
    String path = exchange.getProperty(ProvisioningProperties.PROVIDER_PATH, String.class);
    if (element.credentialDomain() == null || path == null || !path.startsWith("/")) {
      throw new IllegalStateException(
          "Element %s must name its credentialDomain, and its route the property %s"
              .formatted(element.key(), ProvisioningProperties.PROVIDER_PATH));
    }
    LoginCredentials login = credentials.credentialsOf(exchange);
    Instant given = exchange.getProperty(ProvisioningProperties.DEADLINE, Instant.class);
    HttpPassage passage =
        access
            .httpAccess(element.key(), element.credentialDomain())
            .enter(
                login,
                login.serverUrl(),
                path,
                null,
                given == null ? clock.instant().plus(PATIENCE) : given);
    exchange.setProperty(ProvisioningProperties.PROVIDER_CODE, login.integrationCode());
    passage.writeTo(exchange);
  }
}
