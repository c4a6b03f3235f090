package io.autotaskprovisioner.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Answers the two questions that a provisioning asks Autotask, after a set time, to whoever has the
 * right password. The bundled simulator does much more, and so takes more of the machine than what
 * is to be measured.
 */
final class AutotaskStandIn {

  private static final String ROOT = "/ATServicesRest";
  private static final String ZONE = ROOT + "/V1.0/zoneInformation";
  private static final String THRESHOLD = ROOT + "/V1.0/ThresholdInformation";
  private static final String USAGE =
      """
      {"externalRequestThreshold":10000,"requestThresholdTimeframe":60,\
      "currentTimeframeRequestCount":17}""";

  private final Vertx vertx;
  private final int latencyMillis;
  private final HttpServer server;

  AutotaskStandIn(Vertx vertx, int latencyMillis) {
    this.vertx = vertx;
    this.latencyMillis = latencyMillis;
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
            .requestHandler(this::answer)
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  String origin() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  String discoveryUrl() {
    return origin() + ROOT + "/";
  }

  private void answer(HttpServerRequest request) {
    if (latencyMillis == 0) {
      answerNow(request);
    } else {
      vertx.setTimer(latencyMillis, id -> answerNow(request));
    }
  }

  private void answerNow(HttpServerRequest request) {
    request.response().putHeader("Content-Type", "application/json; charset=utf-8");
    switch (request.path()) {
      case ZONE -> {
        long tenant = Customers.tenantOf(request.getParam("user"));
        request
            .response()
            .end(
                """
                {"zoneName":"Stand-in","url":"%s","webUrl":"%s/","ci":%d}"""
                    .formatted(discoveryUrl(), origin(), tenant + 1));
      }
      case THRESHOLD -> {
        if (isRight(request.getHeader("Authorization"))) {
          request.response().end(USAGE);
        } else {
          request.response().setStatusCode(401).end();
        }
      }
      default -> request.response().setStatusCode(404).end();
    }
  }

  private static boolean isRight(String authorization) {
    String pair =
        new String(
            Base64.getDecoder().decode(authorization.substring("Basic ".length())),
            StandardCharsets.UTF_8);
    int colon = pair.indexOf(':');
    long tenant = Customers.tenantOf(pair.substring(0, colon));
    return pair.substring(colon + 1).equals(Customers.password(tenant));
  }
}
