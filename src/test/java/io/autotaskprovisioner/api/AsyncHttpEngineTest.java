package io.autotaskprovisioner.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.setting.Settings;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AsyncHttpEngineTest {

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private AsyncHttpServer server;
  private AsyncHttpEngine engine;

  @BeforeEach
  void listen() {
    Router router = Router.router(vertx);
    ApiErrors errors = new ApiErrors(new ObjectMapper());
    server =
        new AsyncHttpServer(
            vertx,
            new AsyncHttpServer.Options("127.0.0.1", 0, null, null, Duration.ofSeconds(10)),
            router,
            errors);
    engine =
        new AsyncHttpEngine(
            router,
            errors,
            CrossOrigin.of(new Settings(new DefaultCamelContext())),
            new AsyncHttpEngine.Limits(1024, 1024, Duration.ofSeconds(5), 10),
            Clock.systemUTC(),
            server);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** A 404 would tell a caller that its instance is gone. */
  @Test
  void what_comes_before_the_routes_or_after_them_is_told_to_come_again() throws Exception {
    assertThat(get().statusCode()).isEqualTo(503);
    assertThat(get().headers().firstValue("Retry-After")).contains("1");
    engine.open();
    assertThat(get().statusCode()).isEqualTo(404);
    engine.close();
    assertThat(get().statusCode()).isEqualTo(503);
  }

  private HttpResponse<String> get() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + "/elements/api-v2/instances/1");
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
