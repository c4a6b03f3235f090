package io.autotaskprovisioner.autotask;

import org.apache.camel.Exchange;

/** Takes the credentials to verify out of an exchange whose body the component does not know. */
@FunctionalInterface
public interface CredentialsSource {

  LoginCredentials credentialsOf(Exchange exchange);
}
