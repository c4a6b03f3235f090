package io.autotaskprovisioner.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A webhook's receiver that can be slow, refuse, redirect or go away. Keeps of each event its id
 * and its instance, so that a hundred thousand fit. Thread-safe.
 */
final class EventReceiver implements AutoCloseable {

  /**
   * What it answers.
   *
   * @param headers of the answer, such as {@code Retry-After}
   */
  record Mode(int status, Map<String, String> headers, Duration delay) {
    static final Mode WELL = new Mode(204, Map.of(), Duration.ZERO);

    static Mode status(int status) {
      return new Mode(status, Map.of(), Duration.ZERO);
    }

    Mode with(String header, String value) {
      return new Mode(status, Map.of(header, value), delay);
    }

    Mode after(Duration wait) {
      return new Mode(status, headers, wait);
    }

    private boolean accepts() {
      return status / 100 == 2;
    }
  }

  private final ObjectMapper json = new ObjectMapper();
  private final Vertx vertx = Vertx.vertx();
  private final SeenEvents accepted = new SeenEvents();
  private final AtomicLong posts = new AtomicLong();
  private final HttpServer server;
  private final TcpProxy way;
  private volatile Mode mode = Mode.WELL;

  EventReceiver() {
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::receive)
            .connectionHandler(connection -> connection.exceptionHandler(cut -> {}))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    way = new TcpProxy(server.actualPort());
  }

  String url() {
    return "http://127.0.0.1:" + way.port() + "/hook";
  }

  /** The way to it, to be cut. */
  TcpProxy way() {
    return way;
  }

  void mode(Mode newMode) {
    mode = newMode;
  }

  void heal() {
    way.mend();
    mode = Mode.WELL;
  }

  /** What it answered 2xx. */
  SeenEvents accepted() {
    return accepted;
  }

  /** All posts that arrived, repeats and refused ones among them. */
  long posts() {
    return posts.get();
  }

  private void receive(HttpServerRequest request) {
    request.body().onSuccess(body -> received(request, body));
  }

  private void received(HttpServerRequest request, Buffer body) {
    posts.incrementAndGet();
    Mode answer = mode;
    if (answer.accepts()) {
      accepted.add(instanceOf(body), request.getHeader("webhook-id"));
    }
    if (answer.delay().isZero()) {
      respond(request, answer);
    } else {
      vertx.setTimer(answer.delay().toMillis(), timer -> respond(request, answer));
    }
  }

  private static void respond(HttpServerRequest request, Mode answer) {
    if (!request.response().closed()) {
      answer.headers().forEach(request.response()::putHeader);
      request.response().setStatusCode(answer.status()).end();
    }
  }

  private long instanceOf(Buffer body) {
    try {
      JsonNode event = json.readTree(body.getBytes());
      return event.at("/data/instance/id").asLong();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    way.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
