package io.autotaskprovisioner.api;

import io.autotaskprovisioner.provisioning.ProvisioningProperties;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Clock;
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

  private final Router router;
  private final ApiErrors errors;
  private final AsyncHttpEngine.Limits limits;
  private final AtomicInteger underWay;
  private final Clock clock;
  private final List<Route> routes = new ArrayList<>();

  AsyncHttpConsumer(
      PlatformHttpEndpoint endpoint,
      Processor processor,
      Router router,
      ApiErrors errors,
      AsyncHttpEngine.Limits limits,
      AtomicInteger underWay,
      Clock clock) {
    super(endpoint, processor);
    this.router = router;
    this.errors = errors;
    this.limits = limits;
    this.underWay = underWay;
    this.clock = clock;
  }

  @Override
  public PlatformHttpEndpoint getEndpoint() {
    return (PlatformHttpEndpoint) super.getEndpoint();
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    String path = PATH_PARAMETER.matcher(getEndpoint().getPath()).replaceAll(":$1");
    Route route = router.route(path);
    for (Method method : Method.parseList(getEndpoint().getHttpMethodRestrict())) {
      route.method(HttpMethod.valueOf(method.name()));
    }
    route.handler(BodyHandler.create(false).setBodyLimit(limits.bodyLimit()));
    route.handler(this::handle);
    routes.add(route);
  }

  @Override
  protected void doStop() throws Exception {
    routes.forEach(Route::remove);
    routes.clear();
    super.doStop();
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
    long timer =
        call.vertx().setTimer(limits.deadline().plusSeconds(1).toMillis(), id -> answerLate(call));
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
    Buffer body = call.body() == null ? null : call.body().buffer();
    ApiRequest request =
        new ApiRequest(
            ApiErrors.requestIdOf(call),
            call.request().method().name(),
            call.normalizedPath(),
            Map.copyOf(call.pathParams()),
            call.queryParams(),
            call.request().headers(),
            body == null ? new byte[0] : body.getBytes());
    exchange.setProperty(ApiRequest.PROPERTY, request);
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
    answer.headers().forEach(response::putHeader);
    response.putHeader("Content-Type", ApiErrors.JSON_MEDIA_TYPE);
    response.end(Buffer.buffer(answer.body()));
  }

  private void answerLate(RoutingContext call) {
    if (!call.response().ended()) {
      errors.answer(
          call,
          new ApiException(
              504,
              "The request was not finished in time and may still be: look for its result before"
                  + " sending it again, or send it with the same Idempotency-Key."));
    }
  }
}
