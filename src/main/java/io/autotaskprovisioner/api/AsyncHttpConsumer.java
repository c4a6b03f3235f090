package io.autotaskprovisioner.api;

import io.autotaskprovisioner.provisioning.ProvisioningProperties;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.Method;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.support.DefaultConsumer;

/**
 * Starts one exchange per request on the event loop and answers when the exchange ends, on whatever
 * thread that is. The route must not block before its first asynchronous step.
 */
final class AsyncHttpConsumer extends DefaultConsumer implements PlatformHttpConsumer, Suspendable {

  private static final Pattern PATH_PARAMETER = Pattern.compile("\\{([^/}]+)}");

  private static final long NO_TIMER = -1;

  /** Our choice: whatever took so long needs some time to pass. */
  private static final Duration LATE_RETRY = Duration.ofSeconds(5);

  /** Far more than there are routes; their numbers rise when route files are read again. */
  private static final int ORDERS_PER_PARAMETER = 1 << 24;

  private final Router router;
  private final ApiErrors errors;
  private final AsyncHttpEngine.Limits limits;
  private final BodyReader bodies;
  private final AtomicInteger underWay;
  private final AtomicInteger routeNumbers;
  private final Clock clock;
  private final List<Route> routes = new ArrayList<>();

  AsyncHttpConsumer(
      PlatformHttpEndpoint endpoint,
      Processor processor,
      Router router,
      ApiErrors errors,
      AsyncHttpEngine.Limits limits,
      BodyReader bodies,
      AtomicInteger underWay,
      AtomicInteger routeNumbers,
      Clock clock) {
    super(endpoint, processor);
    this.router = router;
    this.errors = errors;
    this.limits = limits;
    this.bodies = bodies;
    this.underWay = underWay;
    this.routeNumbers = routeNumbers;
    this.clock = clock;
  }

  @Override
  public PlatformHttpEndpoint getEndpoint() {
    return (PlatformHttpEndpoint) super.getEndpoint();
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    // A route of its own: what is refused there must not wait for a body, and the router lets no
    // handler come before the one of the body.
    newRoute().handler(this::admit);
    Route route = newRoute();
    if (!getEndpoint().isUseStreaming()) {
      long limit = limits.bodyLimit(getEndpoint().getPath());
      // Without a body nothing is to be read, whatever media type the client claims for it.
      route.handler(
          call -> {
            if (MediaTypes.hasBody(call.request())) {
              bodies.read(call, limit);
            } else {
              call.next();
            }
          });
    }
    route.handler(this::handle);
  }

  /**
   * The fewer parameters, the earlier: {@code /instances/configuration} is not the instance of that
   * id, whichever route was read first. No two have the same order, since the router could not
   * remove them.
   */
  private Route newRoute() {
    String path = getEndpoint().getPath();
    int parameters = (int) PATH_PARAMETER.matcher(path).results().count();
    Route route =
        router
            .route(PATH_PARAMETER.matcher(path).replaceAll(":$1"))
            .order(parameters * ORDERS_PER_PARAMETER + routeNumbers.getAndIncrement());
    for (Method method : Method.parseList(getEndpoint().getHttpMethodRestrict())) {
      route.method(HttpMethod.valueOf(method.name()));
    }
    routes.add(route);
    return route;
  }

  @Override
  protected void doStop() throws Exception {
    routes.forEach(Route::remove);
    routes.clear();
    super.doStop();
  }

  /** Refuses, before the body is read, what this endpoint neither takes nor gives. */
  private void admit(RoutingContext call) {
    if (getEndpoint().getProduces() == null && !MediaTypes.acceptsJson(call.request())) {
      call.fail(new ApiException(406, "Only JSON can be answered: accept application/json."));
    } else if (!getEndpoint().isUseStreaming() && MediaTypes.isEncoded(call.request())) {
      // Nothing here unpacks a body, so that none can grow (RFC 9110, 8.4).
      call.response().putHeader("Accept-Encoding", "identity");
      call.fail(new ApiException(415, "The body must be sent without Content-Encoding."));
    } else if (MediaTypes.URL_ENCODED_FORM.equals(getEndpoint().getConsumes())) {
      if (MediaTypes.isUrlEncodedForm(call.request())) {
        call.next();
      } else {
        call.fail(ApiException.notForm());
      }
    } else if (!getEndpoint().isUseStreaming()
        && MediaTypes.hasBody(call.request())
        && MediaTypes.isForm(call.request())) {
      call.fail(ApiException.notJson());
    } else {
      call.next();
    }
  }

  private void handle(RoutingContext call) {
    AsyncHttpEngine.bodyHasArrived(call);
    if (isSuspended() || !isRunAllowed()) {
      call.fail(ApiException.closed());
      return;
    }
    // Before it counts as under way: a query that cannot be decoded fails here.
    Exchange exchange = exchangeOf(call);
    if (underWay.incrementAndGet() > limits.maxConcurrentRequests()) {
      underWay.decrementAndGet();
      releaseExchange(exchange, false);
      call.fail(ApiException.busy("Too many requests are being worked on; send it again shortly."));
      return;
    }
    Context eventLoop = call.vertx().getOrCreateContext();
    // A streamed body has a deadline of its own.
    long timer =
        getEndpoint().isUseStreaming()
            ? NO_TIMER
            : call.vertx()
                .setTimer(limits.deadline().plusSeconds(1).toMillis(), id -> answerLate(call));
    getAsyncProcessor()
        .process(
            exchange,
            doneSync ->
                eventLoop.runOnContext(
                    nothing -> {
                      underWay.decrementAndGet();
                      call.vertx().cancelTimer(timer);
                      answer(call, exchange);
                    }));
  }

  private Exchange exchangeOf(RoutingContext call) {
    Exchange exchange = createExchange(false);
    exchange.setPattern(ExchangePattern.InOut);
    ApiRequest request =
        new ApiRequest(
            ApiErrors.requestIdOf(call),
            call.request().method().name(),
            call.normalizedPath(),
            Map.copyOf(call.pathParams()),
            call.queryParams(),
            call.request().headers(),
            BodyReader.bodyOf(call));
    if (getEndpoint().isUseStreaming()) {
      exchange.setProperty(StreamedBody.PROPERTY, new StreamedBody(call));
    }
    exchange.setProperty(ApiRequest.PROPERTY, request);
    exchange.setProperty(ApiRequest.PEER, call.request().remoteAddress().hostAddress());
    exchange.setProperty(ProvisioningProperties.DEADLINE, clock.instant().plus(limits.deadline()));
    exchange.getMessage().setBody(request.body());
    return exchange;
  }

  private void answer(RoutingContext call, Exchange exchange) {
    try {
      Exception failure = exchange.getException();
      if (failure != null) {
        call.fail(failure);
        return;
      }
      send(call, exchange.getMessage().getBody(ApiAnswer.class));
    } catch (RuntimeException e) {
      call.fail(e);
    } finally {
      StreamedBody streamed = exchange.getProperty(StreamedBody.PROPERTY, StreamedBody.class);
      if (streamed != null) {
        streamed.abandon();
      }
      // Releases the exchange; the unit of work was ended by the route's internal processor.
      releaseExchange(exchange, false);
    }
  }

  private static void send(RoutingContext call, ApiAnswer answer) {
    HttpServerResponse response = call.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(answer.statusCode());
    response.putHeader("Content-Type", ApiErrors.JSON_MEDIA_TYPE);
    answer.headers().forEach(response::putHeader);
    if (answer.file() == null) {
      response.end(Buffer.buffer(answer.body()));
    } else {
      response
          .sendFile(answer.file().toString())
          .onFailure(e -> call.fail(ApiException.notFound("The file has just been removed.")));
    }
  }

  private void answerLate(RoutingContext call) {
    if (call.response().ended()) {
      return;
    }
    if (call.request().method() == HttpMethod.GET) {
      errors.answer(
          call,
          new ApiException(
              503,
              "There was no answer in time, and nothing was changed; send it again later.",
              LATE_RETRY));
    } else {
      errors.answer(
          call,
          new ApiException(
              504,
              "The request was not finished in time and may still be: look for its result before"
                  + " sending it again, or send it with the same Idempotency-Key."));
    }
  }
}
