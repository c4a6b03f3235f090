package io.autotaskprovisioner.delivery;

import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Posts to one destination by Standard Webhooks. Redirects are never followed. Its methods run on
 * one event loop and call back on it.
 */
final class WebhookClient implements EventSender {

  /** Of an answer's body, which says nothing to us; more than this costs the connection. */
  private static final int LARGEST_BODY = 64 * 1024;

  private final Vertx vertx;
  private final Target.Webhook webhook;
  private final Duration timeout;
  private final Clock clock;
  private final HttpClient client;
  private final RequestOptions target;

  /**
   * @param concurrency posts at once, each on a connection of its own
   * @param timeout of one post, connecting included
   */
  WebhookClient(
      Vertx vertx, Target.Webhook webhook, int concurrency, Duration timeout, Clock clock) {
    this.vertx = vertx;
    this.webhook = webhook;
    this.timeout = timeout;
    this.clock = clock;
    int timeoutMillis = Math.toIntExact(Math.max(1, timeout.toMillis()));
    HttpClientOptions options =
        new HttpClientOptions()
            .setMaxPoolSize(concurrency)
            .setConnectTimeout(timeoutMillis)
            // Shorter than the 60 s after which common servers close a silent connection.
            .setKeepAliveTimeout(30)
            .setVerifyHost(true);
    this.client =
        vertx
            .httpClientBuilder()
            .with(options)
            // Each attempt tells its own failure; without a handler Vert.x logs every reset.
            .withConnectHandler(connection -> connection.exceptionHandler(failure -> {}))
            .build();
    this.target = target(webhook.url());
  }

  private static RequestOptions target(URI url) {
    boolean tls = url.getScheme().equalsIgnoreCase("https");
    int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String host = url.getHost();
    // An IPv6 address stands in brackets in a URL, and without them for the resolver.
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .setHost(name)
        .setPort(port)
        .setSsl(tls)
        .setURI(path + query);
  }

  @Override
  public void send(Post post, Consumer<PostAnswer> ended) {
    new Attempt(ended).send(post);
  }

  @Override
  public void close() {
    client.close();
  }

  /** One post under way; confined to the event loop. */
  private final class Attempt {
    private final Consumer<PostAnswer> ended;
    private long timer;
    private boolean answered;
    private boolean over;
    private int bodySize;
    private @Nullable HttpClientRequest request;

    Attempt(Consumer<PostAnswer> ended) {
      this.ended = ended;
    }

    void send(Post post) {
      timer =
          vertx.setTimer(
              timeout.toMillis(), id -> abort("No answer within " + timeout.toMillis() + " ms"));
      client.request(target).onComplete(connected -> connected(connected, post));
    }

    private void connected(AsyncResult<HttpClientRequest> connected, Post post) {
      if (connected.failed()) {
        finish(PostAnswer.failed(ConnectionFailure.describe(connected.cause())));
        return;
      }
      request = connected.result();
      // The failed send tells; without a handler Vert.x logs each reset of ours.
      request.exceptionHandler(failure -> {});
      if (over) {
        request.reset();
        return;
      }
      String id = post.delivery().event().messageId();
      long timestamp = clock.instant().getEpochSecond();
      request
          .putHeader("content-type", Envelope.MEDIA_TYPE)
          .putHeader("user-agent", "autotask-provisioner")
          .putHeader("webhook-id", id)
          .putHeader("webhook-timestamp", Long.toString(timestamp))
          .putHeader("webhook-signature", webhook.signatures(id, timestamp, post.body()))
          .send(Buffer.buffer(post.body()))
          .onComplete(this::responded);
    }

    private void responded(AsyncResult<HttpClientResponse> responded) {
      if (responded.failed()) {
        finish(PostAnswer.failed(ConnectionFailure.describe(responded.cause())));
        return;
      }
      HttpClientResponse response = responded.result();
      response.exceptionHandler(failure -> finish(null));
      response.endHandler(end -> finish(null));
      response.handler(this::countBody);
      // The status is the answer; what follows only decides whether the connection is kept.
      answer(PostAnswer.status(response.statusCode(), response.getHeader("retry-after")));
    }

    private void countBody(Buffer chunk) {
      bodySize += chunk.length();
      if (bodySize > LARGEST_BODY) {
        abort("The answer is too long");
      }
    }

    private void abort(String reason) {
      boolean underWay = !over && request != null;
      // First our own reason: the reset fails the response with one of its own.
      finish(PostAnswer.failed(reason));
      if (underWay) {
        request.reset();
      }
    }

    private void finish(@Nullable PostAnswer answer) {
      if (!over) {
        over = true;
        vertx.cancelTimer(timer);
      }
      if (answer != null) {
        answer(answer);
      }
    }

    private void answer(PostAnswer answer) {
      if (!answered) {
        answered = true;
        ended.accept(answer);
      }
    }
  }
}
