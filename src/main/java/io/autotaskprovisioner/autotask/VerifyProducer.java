package io.autotaskprovisioner.autotask;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.jspecify.annotations.Nullable;

/** Runs one verification per exchange. */
final class VerifyProducer extends AskProducer<VerifiedLogin> {

  private final AutotaskEndpoint endpoint;
  private @Nullable LoginVerifier verifier;

  VerifyProducer(AutotaskEndpoint endpoint) {
    super(
        endpoint,
        "autotask.verification",
        "Time that proving a login at Autotask took, waiting included");
    this.endpoint = endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    verifier = endpoint.verifier();
  }

  @Override
  CompletableFuture<VerifiedLogin> ask(Exchange exchange, Instant deadline) throws Exception {
    return verifier.verify(credentials(exchange), deadline);
  }

  private LoginCredentials credentials(Exchange exchange) throws InvalidPayloadException {
    CredentialsSource source = endpoint.getConfiguration().getCredentials();
    return source == null
        ? exchange.getMessage().getMandatoryBody(LoginCredentials.class)
        : source.credentialsOf(exchange);
  }
}
