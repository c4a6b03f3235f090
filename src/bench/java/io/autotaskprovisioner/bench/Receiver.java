package io.autotaskprovisioner.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Takes the webhooks of one side and remembers their ids. */
final class Receiver {

  private final Set<String> ids = ConcurrentHashMap.newKeySet();
  private final HttpServer server;

  Receiver(Vertx vertx) {
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
            .requestHandler(
                request -> {
                  String id = request.getHeader("webhook-id");
                  boolean signed = request.getHeader("webhook-signature") != null;
                  request
                      .end()
                      .onSuccess(
                          read -> {
                            if (signed) {
                              ids.add(id);
                            }
                            request.response().setStatusCode(signed ? 204 : 400).end();
                          });
                })
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort() + "/hook";
  }

  /** Different events so far. */
  int count() {
    return ids.size();
  }
}
