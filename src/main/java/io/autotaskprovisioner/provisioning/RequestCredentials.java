package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.autotask.CredentialsSource;
import io.autotaskprovisioner.autotask.LoginCredentials;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Takes the credentials out of a validated {@link ProvisioningRequest}. Thread-safe. */
final class RequestCredentials implements CredentialsSource {

  @Override
  public LoginCredentials credentialsOf(Exchange exchange) {
    Element element = exchange.getProperty(ProvisioningProperties.ELEMENT, Element.class);
    Map<String, @Nullable String> configuration =
        exchange.getMessage().getBody(ProvisioningRequest.class).configuration();
    String integrationCode = configuration.get(element.integrationCodeKey());
    return new LoginCredentials(
            configuration.get(element.userNameKey()),
            configuration.get(element.passwordKey()),
            integrationCode == null || integrationCode.isBlank() ? null : integrationCode,
            configuration.get(element.serverUrlKey()))
        .acceptedBefore(
            exchange.getProperty(ProvisioningProperties.ACCEPTED_BEFORE, false, Boolean.class));
  }
}
