package io.autotaskprovisioner.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.TooManyGuessesException;
import io.autotaskprovisioner.autotask.AutotaskException;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.provisioning.AutotaskFailures;
import io.autotaskprovisioner.storage.StorageException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns everything that can go wrong into a status code and an error body: {@code requestId},
 * {@code message}, and {@code providerMessage} where Autotask caused it. Thread-safe.
 */
final class ApiErrors {

  static final String JSON_MEDIA_TYPE = "application/json;charset=UTF-8";
  static final String REQUEST_ID_HEADER = "Elements-Request-Id";

  private static final Logger LOG = LoggerFactory.getLogger(ApiErrors.class);
  private static final String REQUEST_ID = "requestId";
  private static final int REQUEST_ID_BYTES = 12;

  private final ObjectMapper json;

  private final Connections connections;

  ApiErrors(ObjectMapper json, Connections connections) {
    this.json = json;
    this.connections = connections;
  }

  /** Gives every request its id, and every failure outside a route its error body. */
  void installOn(Router router) {
    router.route().order(Integer.MIN_VALUE).handler(this::assignRequestId);
    router.errorHandler(404, call -> answer(call, ApiException.notFound("No such resource.")));
    router.errorHandler(
        405,
        call -> {
          call.response().putHeader("Allow", allowed(router, call.normalizedPath()));
          answer(
              call,
              new ApiException(
                  405,
                  "The method %s is not possible on this resource."
                      .formatted(call.request().method())));
        });
    router.errorHandler(
        413,
        call ->
            answer(
                call,
                new ApiException(
                    413,
                    "The body is larger than http.body-limit, or an import than import.body-limit.")));
    router.errorHandler(
        400, call -> answer(call, ApiException.badRequest("The request cannot be read.")));
    router.errorHandler(500, call -> answer(call, call.failure()));
  }

  /** The methods of the routes that the path leads to (RFC 9110, 15.5.6). */
  private static String allowed(Router router, String given) {
    String path = given.length() > 1 && given.endsWith("/") ? given.replaceAll("/+$", "") : given;
    return router.getRoutes().stream()
        .filter(route -> route.getPath() != null && route.methods() != null)
        .filter(route -> path.matches(route.getPath().replaceAll(":[^/]+", "[^/]+")))
        .flatMap(route -> route.methods().stream())
        .map(HttpMethod::name)
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /** 24 lower-case hex digits, as the hosted service's request ids were. */
  static String requestIdOf(RoutingContext call) {
    return call.get(REQUEST_ID);
  }

  private void assignRequestId(RoutingContext call) {
    newRequestId(call);
    HttpConnection connection = call.request().connection();
    connections.requestBegins(connection);
    call.addEndHandler(ended -> connections.requestEnds(connection));
    if (!isTrusted(call)) {
      return;
    }
    if (isReadable(call)) {
      call.next();
    } else {
      answer(
          call,
          ApiException.badRequest(
              "The address is not readable: it may hold no control character, and behind each % two"
                  + " hexadecimal digits."));
    }
  }

  /** RFC 3986, 2; else the router would fail at the path somewhere. */
  private static boolean isReadable(RoutingContext call) {
    if (!call.request().uri().chars().allMatch(c -> c > ' ' && c != 127)) {
      return false;
    }
    try {
      call.normalizedPath();
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String newRequestId() {
    byte[] bytes = new byte[REQUEST_ID_BYTES];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static void newRequestId(RoutingContext call) {
    String requestId = newRequestId();
    call.put(REQUEST_ID, requestId);
    call.response().putHeader(REQUEST_ID_HEADER, requestId);
  }

  /**
   * A request with both Transfer-Encoding and Content-Length looks like a chunked one here, and a
   * proxy in front may have read it by its length: what follows it on the connection is not even
   * looked at (RFC 9112, 6.1).
   */
  private boolean isTrusted(RoutingContext call) {
    HttpConnection connection = call.request().connection();
    if (connections.isOver(connection)) {
      connection.close();
      return false;
    }
    String transferEncoding = call.request().getHeader("Transfer-Encoding");
    if (transferEncoding != null) {
      connections.takesNoMore(connection);
      call.response().putHeader("Connection", "close");
      call.addEndHandler(ended -> connection.close());
      if (!transferEncoding.equalsIgnoreCase("chunked")) {
        answer(call, new ApiException(501, "Of transfer encodings only chunked is possible."));
        return false;
      }
    }
    return true;
  }

  /** Sends the error body of the failure, unless the response has ended or the caller is gone. */
  void answer(RoutingContext call, @Nullable Throwable failure) {
    HttpServerResponse response = call.response();
    if (response.ended() || response.closed() || response.headWritten()) {
      return;
    }
    if (requestIdOf(call) == null) {
      // Refused by the router before any handler, as without a Host header.
      newRequestId(call);
      if (!isTrusted(call)) {
        return;
      }
    }
    ApiAnswer answer = answerTo(requestIdOf(call), failure);
    response.setStatusCode(answer.statusCode());
    answer.headers().forEach(response::putHeader);
    response.putHeader("Content-Type", JSON_MEDIA_TYPE);
    response.end(Buffer.buffer(answer.body()));
  }

  /** Answers bytes that are no HTTP request at all, and closes the connection. */
  void answerUnreadableRequest(HttpServerRequest request) {
    if (connections.isOver(request.connection())) {
      request.connection().close();
      return;
    }
    String requestId = newRequestId();
    Throwable cause = request.decoderResult().cause();
    String message =
        cause instanceof TooLongHttpLineException || cause instanceof TooLongHttpHeaderException
            ? "The address with its query, or the headers, are too long: send shorter ones."
            : "The request is not readable as HTTP.";
    byte[] body = body(requestId, message, null);
    request
        .response()
        .setStatusCode(400)
        .putHeader(REQUEST_ID_HEADER, requestId)
        .putHeader("Content-Type", JSON_MEDIA_TYPE)
        .putHeader("Connection", "close")
        .end(Buffer.buffer(body))
        .onComplete(sent -> request.connection().close());
  }

  /** The answer that the failure means; one line in the log where the fault is ours. */
  ApiAnswer answerTo(String requestId, @Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof ApiException refused) {
      return answer(requestId, refused);
    }
    if (cause instanceof TooManyGuessesException refused) {
      return answer(
          requestId, 429, refused.getMessage(), null, refused.retryAfter().plusSeconds(1));
    }
    if (cause instanceof ProvisioningException refused) {
      return answer(requestId, refused.failure());
    }
    if (cause instanceof AutotaskException refused) {
      return answer(requestId, AutotaskFailures.of(refused));
    }
    if (cause instanceof StorageException tooSlow && tooSlow.retryAfter() != null) {
      // The database says in one line how many there were.
      return answer(requestId, ApiException.busy(tooSlow.retryAfter()));
    }
    if (cause instanceof StorageException) {
      LOG.error("Request {} failed in the database: {}", requestId, cause.getMessage());
      return answer(
          requestId,
          503,
          "The database is not available; send the request again.",
          null,
          Duration.ofSeconds(5));
    }
    LOG.error("Request {} failed", requestId, cause);
    return answer(
        requestId,
        500,
        "An error on our side; the log has the details under this requestId.",
        null,
        null);
  }

  private static String messageOf(Failure reason) {
    // What is tried again by itself elsewhere is the caller's to repeat here.
    String advice =
        reason.failureClass().retryable() ? "Send it again later." : reason.failureClass().advice();
    return reason.failureClass().httpStatus() == 404
        ? reason.message()
        : reason.message() + " " + advice;
  }

  private static @Nullable Duration retryAfter(Failure reason) {
    if (reason.retryAfter() != null) {
      return reason.retryAfter();
    }
    return reason.failureClass().httpStatus() == 503 ? Duration.ofSeconds(1) : null;
  }

  private ApiAnswer answer(String requestId, ApiException refused) {
    return answer(
        requestId, refused.statusCode(), refused.getMessage(), null, refused.retryAfter());
  }

  private ApiAnswer answer(String requestId, Failure reason) {
    return answer(
        requestId,
        reason.failureClass().httpStatus(),
        messageOf(reason),
        reason.providerMessage(),
        retryAfter(reason));
  }

  private ApiAnswer answer(
      String requestId,
      int statusCode,
      String message,
      @Nullable String providerMessage,
      @Nullable Duration retryAfter) {
    Map<String, String> headers =
        retryAfter == null
            ? Map.of()
            : Map.of("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
    return new ApiAnswer(statusCode, headers, body(requestId, message, providerMessage));
  }

  private byte[] body(String requestId, String message, @Nullable String providerMessage) {
    ObjectNode body = json.createObjectNode();
    body.put("requestId", requestId);
    body.put("message", message);
    if (providerMessage != null) {
      body.put("providerMessage", providerMessage);
    }
    try {
      return json.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
