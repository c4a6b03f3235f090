package io.autotaskprovisioner.autotask;

import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * GET calls that never block, never follow a redirect, read so many bytes at most and always end.
 * Also bounds other futures in time. Thread-safe; completions happen on an event loop.
 *
 * <p>Vert.x objects are touched on one event loop only: a client call from a foreign thread loses
 * completions now and then.
 */
final class AutotaskCalls {

  /** Longest body of a call that answers with some hundred bytes. */
  static final int BODY_LIMIT = 64 * 1024;

  // Tenants of one zone share its host; the call budget bounds each tenant.
  private static final int CONNECTIONS_PER_HOST = 256;
  // Well below IIS' two minutes, so that a call rarely meets a connection that is just closing.
  private static final int KEEP_ALIVE_SECONDS = 30;

  private final Vertx vertx;
  private final Context context;
  private final HttpClient client;

  AutotaskCalls(Vertx vertx) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setMaxPoolSize(CONNECTIONS_PER_HOST)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setVerifyHost(true)
                .setDecompressionSupported(false));
  }

  /**
   * @param target path and query, beginning with a slash
   * @param bodyLimit bytes; a longer body is given up as PROVIDER_ERROR
   * @return completes exceptionally with an {@link AutotaskException} of kind UNREACHABLE, TIMEOUT
   *     or PROVIDER_ERROR; an answer of any status completes it normally
   */
  CompletableFuture<Answer> get(
      ServiceAddress address,
      String target,
      Map<String, CharSequence> headers,
      Duration connectTimeout,
      Duration timeout,
      int bodyLimit) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(withoutBrackets(address.host()))
            .setPort(address.port())
            .setSsl(address.encrypted())
            .setURI(address.path() + target)
            .setFollowRedirects(false)
            .setConnectTimeout(Math.max(1, connectTimeout.toMillis()))
            .putHeader(HttpHeaders.ACCEPT, "application/json");
    headers.forEach(options::putHeader);
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    context.runOnContext(
        unused -> {
          long timer =
              vertx.setTimer(
                  Math.max(1, timeout.toMillis()),
                  id -> answer.completeExceptionally(noAnswer(address, timeout)));
          answer.whenComplete((value, failure) -> vertx.cancelTimer(timer));
          send(options, address, bodyLimit, answer);
        });
    return answer;
  }

  /**
   * Gives the future up when the time is over; it is cancelled then.
   *
   * @param late takes a value that arrives after that, to give it back
   */
  <T> CompletableFuture<T> within(
      CompletableFuture<T> source, Duration limit, AutotaskException atEnd, Consumer<T> late) {
    if (source.isDone()) {
      return source;
    }
    CompletableFuture<T> bounded = new CompletableFuture<>();
    source.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            bounded.completeExceptionally(unwrapped(failure));
          } else if (!bounded.complete(value)) {
            late.accept(value);
          }
        });
    context.runOnContext(
        unused -> {
          long timer =
              vertx.setTimer(
                  Math.max(1, limit.toMillis()),
                  id -> {
                    if (bounded.completeExceptionally(atEnd)) {
                      source.cancel(false);
                    }
                  });
          bounded.whenComplete((value, failure) -> vertx.cancelTimer(timer));
        });
    return bounded;
  }

  void close() {
    client.close();
  }

  static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private void send(
      RequestOptions options,
      ServiceAddress address,
      int bodyLimit,
      CompletableFuture<Answer> answer) {
    client
        .request(options)
        .onFailure(failure -> answer.completeExceptionally(unanswered(address, failure)))
        .onSuccess(
            request -> {
              answer.whenComplete((value, failure) -> resetUnlessRead(request, failure));
              request.exceptionHandler(
                  failure -> answer.completeExceptionally(unanswered(address, failure)));
              if (!answer.isDone()) {
                request
                    .send()
                    .onFailure(
                        failure -> answer.completeExceptionally(unanswered(address, failure)))
                    .onSuccess(response -> read(request, response, address, bodyLimit, answer));
              }
            });
  }

  private static void resetUnlessRead(HttpClientRequest request, Throwable failure) {
    if (failure != null) {
      request.reset();
    }
  }

  private static void read(
      HttpClientRequest request,
      HttpClientResponse response,
      ServiceAddress address,
      int bodyLimit,
      CompletableFuture<Answer> answer) {
    String retryAfter = response.getHeader(HttpHeaders.RETRY_AFTER);
    response.exceptionHandler(
        failure -> answer.completeExceptionally(unanswered(address, failure)));
    if (response.statusCode() == 401) {
      answer.complete(new Answer(401, retryAfter, new byte[0]));
      if (!"0".equals(response.getHeader(HttpHeaders.CONTENT_LENGTH))) {
        request.reset();
      }
      return;
    }
    Buffer body = Buffer.buffer();
    response.endHandler(
        unused -> answer.complete(new Answer(response.statusCode(), retryAfter, body.getBytes())));
    response.handler(
        chunk -> {
          if (body.length() + chunk.length() > bodyLimit) {
            answer.completeExceptionally(
                failure(
                    Kind.PROVIDER_ERROR, address.host() + " answered with far too long a body."));
          } else {
            body.appendBuffer(chunk);
          }
        });
  }

  private static AutotaskException unanswered(ServiceAddress address, Throwable failure) {
    if (failure instanceof HttpClosedException) {
      return failure(
          Kind.UNREACHABLE, address.host() + " closed the connection without a whole answer.");
    }
    if (failure instanceof IOException || failure.getCause() instanceof IOException) {
      return failure(
          Kind.UNREACHABLE,
          "No connection to %s (%s)."
              .formatted(address.origin(), failure.getClass().getSimpleName()));
    }
    // What else the client reports is an answer that is no HTTP.
    return failure(
        Kind.PROVIDER_ERROR,
        "%s answered with something that is no HTTP (%s)."
            .formatted(address.origin(), failure.getClass().getSimpleName()));
  }

  private static AutotaskException noAnswer(ServiceAddress address, Duration timeout) {
    double seconds = timeout.toMillis() / (double) TimeUnit.SECONDS.toMillis(1);
    return failure(
        Kind.TIMEOUT, "No answer from %s within %.1f s.".formatted(address.host(), seconds));
  }

  private static AutotaskException failure(Kind kind, String message) {
    return new AutotaskException(kind, message, null, null);
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
