package io.autotaskprovisioner.support;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A real HTTP server on a free loopback port that receives webhooks: it keeps every request and
 * answers as the test says, at first with 204.
 */
public final class WebhookReceiver implements AutoCloseable {

  /** One request as it arrived; header field names in lower case. */
  public record Received(String path, Map<String, String> headers, String body) {

    public String header(String name) {
      return headers.get(name);
    }

    /** The {@code webhook-id}: the same for every attempt. */
    public String id() {
      return headers.get("webhook-id");
    }

    /** Whether the Standard Webhooks library accepts the signature, its age included. */
    public boolean verifies(String secret) {
      try {
        HttpHeaders fields =
            HttpHeaders.of(
                headers.entrySet().stream()
                    .collect(
                        Collectors.toMap(Map.Entry::getKey, field -> List.of(field.getValue()))),
                (name, value) -> true);
        new Webhook(secret).verify(body, fields);
        return true;
      } catch (WebhookVerificationException refused) {
        return false;
      }
    }

    public Received withBody(String otherBody) {
      return new Received(path, headers, otherBody);
    }
  }

  /** What to answer. */
  public record Answer(int status, Map<String, String> headers, Duration delay, String body) {

    public static Answer status(int status) {
      return new Answer(status, Map.of(), Duration.ZERO, "");
    }

    public Answer header(String name, String value) {
      return new Answer(status, Map.of(name, value), delay, body);
    }

    public Answer after(Duration newDelay) {
      return new Answer(status, headers, newDelay, body);
    }

    public Answer body(String newBody) {
      return new Answer(status, headers, delay, newBody);
    }
  }

  private static final String STORE_PASSWORD = "changeit";

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger mostUnderWay = new AtomicInteger();
  private volatile Function<Received, Answer> answers = request -> Answer.status(204);

  private final String scheme;

  public WebhookReceiver() {
    this("http", new HttpServerOptions());
  }

  private WebhookReceiver(String scheme, HttpServerOptions options) {
    this.scheme = scheme;
    server =
        vertx
            .createHttpServer(options)
            .requestHandler(this::receive)
            // Clients that give up reset their connection; Vert.x would log each.
            .connectionHandler(connection -> connection.exceptionHandler(failure -> {}))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  /** One over https whose certificate, for localhost, nobody has signed but itself. */
  public static WebhookReceiver selfSigned() {
    try {
      Path folder = Files.createTempDirectory("self-signed");
      Path keys = folder.resolve("keys.p12");
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  "server",
                  "-keyalg",
                  "EC",
                  "-dname",
                  "CN=localhost",
                  "-ext",
                  "SAN=dns:localhost",
                  "-validity",
                  "2",
                  "-keystore",
                  keys.toString(),
                  "-storepass",
                  STORE_PASSWORD)
              .redirectErrorStream(true)
              .start();
      String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (keytool.waitFor() != 0) {
        throw new IllegalStateException("keytool: " + output);
      }
      Buffer store = Buffer.buffer(Files.readAllBytes(keys));
      Files.delete(keys);
      Files.delete(folder);
      return new WebhookReceiver(
          "https",
          new HttpServerOptions()
              .setSsl(true)
              .setKeyCertOptions(new PfxOptions().setPassword(STORE_PASSWORD).setValue(store)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public String url(String path) {
    return scheme + "://127.0.0.1:" + server.actualPort() + path;
  }

  /** What to answer from now on. */
  public void answer(Function<Received, Answer> newAnswers) {
    answers = newAnswers;
  }

  public void answer(Answer answer) {
    answers = request -> answer;
  }

  /** Everything received so far, in order. */
  public List<Received> received() {
    return List.copyOf(received);
  }

  /** The most requests that were being answered at one moment. */
  public int mostUnderWay() {
    return mostUnderWay.get();
  }

  private void receive(HttpServerRequest request) {
    mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    request
        .body()
        .onSuccess(
            body -> {
              Map<String, String> headers = new TreeMap<>();
              request
                  .headers()
                  .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
              Received arrived =
                  new Received(request.path(), headers, body.toString(StandardCharsets.UTF_8));
              received.add(arrived);
              Answer answer = answers.apply(arrived);
              if (answer.delay().isZero()) {
                respond(request, answer);
              } else {
                vertx.setTimer(answer.delay().toMillis(), timer -> respond(request, answer));
              }
            });
  }

  private void respond(HttpServerRequest request, Answer answer) {
    underWay.decrementAndGet();
    answer.headers().forEach(request.response()::putHeader);
    request.response().setStatusCode(answer.status()).end(answer.body());
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
