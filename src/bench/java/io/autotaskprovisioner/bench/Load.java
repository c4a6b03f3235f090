package io.autotaskprovisioner.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/** Connections that each send one provisioning after the other, from one event loop. */
final class Load {

  private final Context context;
  private final HttpClient client;
  private final RequestOptions target;
  private final Options options;
  private long number;

  /**
   * What came back.
   *
   * @param answered with 200 and a whole instance
   * @param failed all others
   * @param nanos from the first request to the last answer
   * @param latency of the answered ones, microseconds
   */
  record Result(long answered, long failed, long nanos, Histogram latency) {}

  Load(Vertx vertx, int port, Options options) {
    this.options = options;
    this.context = vertx.getOrCreateContext();
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setMaxPoolSize(options.connections())
                .setKeepAliveTimeout(300)
                .setIdleTimeout(0));
    this.target =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost("127.0.0.1")
            .setPort(port)
            .setURI(Customers.PATH)
            .putHeader("Authorization", Customers.AUTHORIZATION)
            .putHeader("Content-Type", "application/json");
  }

  /** Runs for so long; what is under way then comes to its end. */
  Result run(Duration duration) {
    Run run = new Run(System.nanoTime() + duration.toNanos());
    long start = System.nanoTime();
    context.runOnContext(
        unused -> {
          run.open = options.connections();
          for (int i = 0; i < options.connections(); i++) {
            run.next();
          }
        });
    run.done.join();
    return new Result(run.answered, run.failed, System.nanoTime() - start, run.latency);
  }

  /** Confined to the event loop until it is done. */
  private final class Run {

    private final long end;
    private final Histogram latency = new Histogram(3_600_000_000L, 3);
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private long answered;
    private long failed;
    private int open;

    Run(long end) {
      this.end = end;
    }

    void next() {
      long start = System.nanoTime();
      if (start - end >= 0) {
        open--;
        if (open == 0) {
          done.complete(null);
        }
        return;
      }
      client
          .request(target)
          .compose(request -> request.send(Customers.body(number++, options.tenants())))
          .compose(Run::isInstance)
          .onComplete(
              instance -> {
                if (instance.succeeded() && instance.result()) {
                  answered++;
                  latency.recordValue((System.nanoTime() - start) / 1_000);
                } else {
                  failed++;
                }
                next();
              });
    }

    private static Future<Boolean> isInstance(HttpClientResponse response) {
      return response
          .body()
          .map(
              body ->
                  response.statusCode() == 200
                      && body.length() > 1_000
                      && body.getByte(body.length() - 1) == '}');
    }
  }
}
