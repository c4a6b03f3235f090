package io.autotaskprovisioner.autotask;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP server on a free port that answers the two calls as a test says. */
final class PlayedAutotask implements AutoCloseable {

  static final String THRESHOLDS =
      """
      {"externalRequestThreshold":10000,"requestThresholdTimeframe":60,"currentTimeframeRequestCount":37}""";

  /** One request as it arrived. */
  record Received(String path, String query, MultiMap headers) {

    /** The header's octets read as UTF-8; null where it is absent. */
    String header(String name) {
      String value = headers.get(name);
      return value == null
          ? null
          : new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
  }

  private final HttpServer server;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private volatile Handler<HttpServerRequest> zoneAnswer;
  private volatile Handler<HttpServerRequest> thresholdAnswer = json(200, THRESHOLDS);

  PlayedAutotask(Vertx vertx) {
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::answer)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    zoneAnswer = zone(origin() + "/ATServicesRest/", 20264);
  }

  String origin() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  PlayedAutotask onZone(Handler<HttpServerRequest> answer) {
    zoneAnswer = answer;
    return this;
  }

  PlayedAutotask onThresholds(Handler<HttpServerRequest> answer) {
    thresholdAnswer = answer;
    return this;
  }

  List<Received> lookUps() {
    return received.stream().filter(r -> r.path().endsWith("/zoneInformation")).toList();
  }

  List<Received> thresholdCalls() {
    return received.stream().filter(r -> r.path().endsWith("/ThresholdInformation")).toList();
  }

  List<Received> received() {
    return received;
  }

  static Handler<HttpServerRequest> json(int status, String body) {
    return request ->
        request
            .response()
            .setStatusCode(status)
            .putHeader("Content-Type", "application/json")
            .end(body);
  }

  static Handler<HttpServerRequest> rejected() {
    return request ->
        request
            .response()
            .setStatusCode(401)
            .putHeader("WWW-Authenticate", "Basic Realm=\"webservices3.autotask.net\"")
            .end();
  }

  static Handler<HttpServerRequest> zone(String url, long databaseId) {
    return json(
        200,
        """
        {"zoneName":"America East","url":"%s","webUrl":"https://ww3.autotask.net/","ci":%d}"""
            .formatted(url, databaseId));
  }

  static Handler<HttpServerRequest> unknownLogin() {
    return json(500, "{\"errors\":[\"Zone information could not be determined\"]}");
  }

  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
  }

  private void answer(HttpServerRequest request) {
    received.add(new Received(request.path(), request.query(), request.headers()));
    if (request.path().endsWith("/zoneInformation")) {
      zoneAnswer.handle(request);
    } else {
      thresholdAnswer.handle(request);
    }
  }
}
