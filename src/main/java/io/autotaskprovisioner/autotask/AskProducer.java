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
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/**
 * Asks Autotask once per exchange, puts what it said into the body, takes the time, and never
 * blocks the thread that brings the exchange.
 */
abstract class AskProducer<T> extends DefaultAsyncProducer {

  /** How long an exchange that names no deadline may take: what one attempt may take at most. */
  private static final Duration DEFAULT_TIME = Duration.ofSeconds(60);

  private final AutotaskEndpoint endpoint;
  private final String timer;
  private final String description;
  private MeterRegistry meters;
  private Clock clock;

  AskProducer(AutotaskEndpoint endpoint, String timer, String description) {
    super(endpoint);
    this.endpoint = endpoint;
    this.timer = timer;
    this.description = description;
  }

  /**
   * @param deadline when every wait ends
   */
  abstract CompletableFuture<T> ask(Exchange exchange, Instant deadline) throws Exception;

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    AutotaskComponent.Shared shared = endpoint.shared();
    meters = shared.meters();
    clock = shared.clock();
  }

  @Override
  public final boolean process(Exchange exchange, AsyncCallback callback) {
    Timer.Sample sample = Timer.start(meters);
    CompletableFuture<T> answer;
    try {
      answer = ask(exchange, deadline(exchange));
    } catch (Exception e) {
      answer = CompletableFuture.failedFuture(e);
    }
    boolean sync = answer.isDone();
    answer.whenComplete(
        (said, failure) -> {
          end(exchange, sample, said, failure);
          callback.done(sync);
        });
    return sync;
  }

  private void end(
      Exchange exchange, Timer.Sample sample, @Nullable T said, @Nullable Throwable failure) {
    if (failure == null) {
      exchange.getMessage().setBody(said);
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
        Timer.builder(timer).description(description).tag("outcome", outcome).register(meters));
  }

  private Instant deadline(Exchange exchange) {
    Instant given = exchange.getProperty(AutotaskEndpoint.DEADLINE, Instant.class);
    return given == null ? clock.instant().plus(DEFAULT_TIME) : given;
  }
}
