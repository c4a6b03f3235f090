package io.autotaskprovisioner.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The broken answers that wait for calls, and how each is given. Thread-safe. */
final class Faults {

  private static final int MAX_WAITING = 1000;
  private static final byte[] LATE_BODY =
      "{\"externalRequestThreshold\":10000,\"requestThresholdTimeframe\":60,\"currentTimeframeRequestCount\":1}"
          .getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private static final class Waiting {
    private final Fault fault;
    private int left;

    Waiting(Fault fault) {
      this.fault = fault;
      this.left = fault.calls();
    }
  }

  private final List<Waiting> waiting = new ArrayList<>();

  synchronized void add(Fault fault) {
    if (waiting.size() >= MAX_WAITING) {
      throw new IllegalArgumentException(MAX_WAITING + " faults wait, which is the most");
    }
    waiting.add(new Waiting(fault));
  }

  synchronized void clear() {
    waiting.clear();
  }

  /** Those still to come, with the calls they have left. */
  synchronized List<Fault> list() {
    return waiting.stream()
        .map(
            w ->
                new Fault(
                    w.fault.kind(),
                    w.left,
                    w.fault.path(),
                    w.fault.status(),
                    w.fault.text(),
                    w.fault.delayMillis()))
        .toList();
  }

  /** The oldest fault for the path; it has one call less after that. */
  synchronized @Nullable Fault take(String path) {
    String lowerCase = path.toLowerCase(Locale.ROOT);
    for (Waiting candidate : waiting) {
      if (lowerCase.contains(candidate.fault.path())) {
        if (candidate.fault.calls() > 0 && --candidate.left == 0) {
          waiting.remove(candidate);
        }
        return candidate.fault;
      }
    }
    return null;
  }

  /** Gives the broken answer; the caller waited for the delay, except for a dribble. */
  static void play(Fault fault, Vertx vertx, HttpServerResponse response) {
    switch (fault.kind()) {
      case CLOSE -> response.reset();
      case HALF -> half(response);
      case GARBAGE ->
          response
              .putHeader("Content-Type", "application/json")
              .end(Buffer.buffer(new byte[] {'{', '"', 'x', (byte) 0xff, 0, '}', ']', '<'}));
      case DRIBBLE -> {
        response.putHeader("Content-Type", "application/json");
        response.putHeader("Content-Length", String.valueOf(LATE_BODY.length));
        dribble(vertx, response, 0, Math.max(1, fault.delayMillis()));
      }
      case SILENCE -> {
        // the caller's own timeout has to end this
      }
      case GATEWAY ->
          write(
              response,
              Answer.html(
                  fault.status(),
                  fault.status() + " Bad Gateway",
                  "The server returned an invalid or incomplete response."));
      case NOT_FOUND -> write(response, Answer.notFound(true, ""));
      case ERRORS -> write(response, Answer.errors(fault.status(), fault.text()));
      case REDIRECT ->
          response
              .setStatusCode(302)
              .putHeader("Location", "http://localhost:9/ATServicesRest/V1.0/")
              .end();
    }
  }

  static void write(HttpServerResponse response, Answer answer) {
    response.setStatusCode(answer.status());
    answer.headers().forEach(response::putHeader);
    if (answer.contentType().isEmpty()) {
      response.putHeader("Content-Length", "0").end();
    } else {
      response.putHeader("Content-Type", answer.contentType()).end(answer.body());
    }
  }

  private static void half(HttpServerResponse response) {
    response.putHeader("Content-Type", "application/json");
    response.putHeader("Content-Length", String.valueOf(LATE_BODY.length));
    response
        .write(Buffer.buffer(LATE_BODY).slice(0, LATE_BODY.length / 2))
        .onComplete(written -> response.reset());
  }

  private static void dribble(Vertx vertx, HttpServerResponse response, int from, int millis) {
    if (response.closed()) {
      return;
    }
    Buffer next = Buffer.buffer().appendByte(LATE_BODY[from]);
    if (from == LATE_BODY.length - 1) {
      response.end(next);
    } else {
      response.write(next);
      vertx.setTimer(millis, timer -> dribble(vertx, response, from + 1, millis));
    }
  }
}
