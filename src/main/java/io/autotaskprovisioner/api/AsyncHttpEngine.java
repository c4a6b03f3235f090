package io.autotaskprovisioner.api;

import io.vertx.ext.web.Router;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;

/**
 * Serves {@code platform-http} endpoints without holding a thread while a request is worked on.
 * Bound to the registry as {@code platform-http-engine}, it replaces Camel's own, which parks a
 * worker thread for the whole exchange. Thread-safe.
 */
final class AsyncHttpEngine implements PlatformHttpEngine {

  /**
   * @param bodyLimit bytes
   * @param deadline the longest time one request is worked on
   * @param maxConcurrentRequests more are answered 503
   */
  record Limits(long bodyLimit, Duration deadline, int maxConcurrentRequests) {}

  private final Router router;
  private final ApiErrors errors;
  private final Limits limits;
  private final Clock clock;
  private final AsyncHttpServer server;
  private final AtomicInteger underWay = new AtomicInteger();

  AsyncHttpEngine(
      Router router, ApiErrors errors, Limits limits, Clock clock, AsyncHttpServer server) {
    this.router = router;
    this.errors = errors;
    this.limits = limits;
    this.clock = clock;
    this.server = server;
    errors.installOn(router);
  }

  @Override
  public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
    return new AsyncHttpConsumer(endpoint, processor, router, errors, limits, underWay, clock);
  }

  @Override
  public int getServerPort() {
    return server.port();
  }

  @Override
  public String getScheme() {
    return server.scheme();
  }
}
