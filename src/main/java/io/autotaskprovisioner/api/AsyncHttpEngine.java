package io.autotaskprovisioner.api;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
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
   * @param importBodyLimit bytes of a body that holds many instances
   * @param bodyMemory bytes of all bodies together, beyond what each may bring without counting
   * @param deadline the longest time one request is worked on
   * @param maxConcurrentRequests more are answered 503
   */
  record Limits(
      long bodyLimit,
      long importBodyLimit,
      long bodyMemory,
      Duration deadline,
      int maxConcurrentRequests) {

    long bodyLimit(String path) {
      return path.equals(ImportOperations.PATH) ? importBodyLimit : bodyLimit;
    }
  }

  private static final String READING_TIMER = "readingTimer";

  private final Router router;
  private final ApiErrors errors;
  private final Limits limits;
  private final BodyReader bodies;
  private final Clock clock;
  private final AsyncHttpServer server;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger routeNumbers = new AtomicInteger();
  private volatile boolean open;

  AsyncHttpEngine(
      Router router,
      ApiErrors errors,
      CrossOrigin crossOrigin,
      Limits limits,
      Clock clock,
      AsyncHttpServer server) {
    this.router = router;
    this.errors = errors;
    this.limits = limits;
    this.bodies = new BodyReader(limits.bodyMemory());
    this.clock = clock;
    this.server = server;
    errors.installOn(router);
    router.route().order(Integer.MIN_VALUE + 1).handler(crossOrigin::handle);
    router.route().order(Integer.MIN_VALUE + 2).handler(this::admit);
  }

  /** From now on requests reach the routes; before, and after {@link #close}, all are refused. */
  void open() {
    open = true;
  }

  /** From now on every request is answered 503, until the server stops listening. */
  void close() {
    open = false;
  }

  /**
   * Refuses while the service stops, and limits the time for reading: a client that sends its body
   * drop by drop is never idle, and yet must not hold a place.
   */
  private void admit(RoutingContext call) {
    if (!open) {
      errors.answer(call, ApiException.closed());
      return;
    }
    long timer = call.vertx().setTimer(limits.deadline().toMillis(), id -> bodyIsLate(call));
    call.put(READING_TIMER, timer);
    call.addEndHandler(ended -> call.vertx().cancelTimer(timer));
    call.next();
  }

  private void bodyIsLate(RoutingContext call) {
    call.addEndHandler(ended -> call.request().connection().close());
    errors.answer(call, new ApiException(408, "The body did not arrive in time."));
  }

  /** Ends the time for reading; the time for working begins. */
  static void bodyHasArrived(RoutingContext call) {
    call.vertx().cancelTimer(call.<Long>get(READING_TIMER));
  }

  @Override
  public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
    return new AsyncHttpConsumer(
        endpoint, processor, router, errors, limits, bodies, underWay, routeNumbers, clock);
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
