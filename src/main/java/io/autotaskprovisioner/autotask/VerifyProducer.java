package io.autotaskprovisioner.autotask;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/** Runs one verification per exchange and never blocks the thread that brings it. */
final class VerifyProducer extends DefaultAsyncProducer {

  /** How long an exchange that names no deadline may take: what one attempt may take at most. */
  private static final Duration DEFAULT_TIME = Duration.ofSeconds(60);

  private static final String TIMER = "autotask.verification";

  private final AutotaskEndpoint endpoint;
  private @Nullable LoginVerifier verifier;
  private MeterRegistry meters;
  private Clock clock;

  VerifyProducer(AutotaskEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    AutotaskComponent.Shared shared = endpoint.shared();
    meters = shared.meters();
    clock = shared.clock();
    verifier = endpoint.verifier();
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Timer.Sample sample = Timer.start(meters);
    CompletableFuture<VerifiedLogin> verification;
    try {
      verification = verifier.verify(credentials(exchange), deadline(exchange));
    } catch (Exception e) {
      verification = CompletableFuture.failedFuture(e);
    }
    if (verification.isDone()) {
      verification.whenComplete((login, failure) -> end(exchange, sample, login, failure));
      callback.done(true);
      return true;
    }
    verification.whenComplete(
        (login, failure) -> {
          end(exchange, sample, login, failure);
          callback.done(false);
        });
    return false;
  }

  private void end(
      Exchange exchange,
      Timer.Sample sample,
      @Nullable VerifiedLogin login,
      @Nullable Throwable failure) {
    if (failure == null) {
      exchange.getMessage().setBody(login);
      stop(sample, "accepted");
      return;
    }
    Throwable cause = AutotaskCalls.unwrapped(failure);
    exchange.setException(cause);
    stop(
        sample,
        cause instanceof AutotaskException e
            ? e.kind().name().toLowerCase(Locale.ROOT)
            : "internal_error");
  }

  private void stop(Timer.Sample sample, String outcome) {
    sample.stop(
        Timer.builder(TIMER)
            .description("Time that proving a login at Autotask took, waiting included")
            .tag("outcome", outcome)
            .register(meters));
  }

  private LoginCredentials credentials(Exchange exchange) throws InvalidPayloadException {
    CredentialsSource source = endpoint.getConfiguration().getCredentials();
    return source == null
        ? exchange.getMessage().getMandatoryBody(LoginCredentials.class)
        : source.credentialsOf(exchange);
  }

  private Instant deadline(Exchange exchange) {
    Instant given = exchange.getProperty(AutotaskEndpoint.DEADLINE, Instant.class);
    return given == null ? clock.instant().plus(DEFAULT_TIME) : given;
  }
}
