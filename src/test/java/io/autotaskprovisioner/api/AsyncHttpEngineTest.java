package io.autotaskprovisioner.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.setting.Settings;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
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
    Connections connections = new Connections(100, Duration.ofSeconds(10));
    ApiErrors errors = new ApiErrors(new ObjectMapper(), connections);
    server =
        new AsyncHttpServer(
            vertx,
            new AsyncHttpServer.Options("127.0.0.1", 0, null, null, Duration.ofSeconds(10)),
            router,
            errors,
            connections);
    engine =
        new AsyncHttpEngine(
            router,
            errors,
            CrossOrigin.of(new Settings(new DefaultCamelContext())),
            new AsyncHttpEngine.Limits(1024, 4096, Duration.ofSeconds(5), 10),
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

  /** They are read before anybody knows who sends them. */
  @Test
  void of_large_bodies_a_few_are_read_at_once() throws Exception {
    engine.open();
    try (CamelContext camel = new DefaultCamelContext()) {
      camel.getRegistry().bind("platform-http-engine", engine);
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("platform-http:/imports?httpMethodRestrict=POST")
                  .setBody(exchange -> new ApiAnswer(200, "{}".getBytes(US_ASCII)));
            }
          });
      camel.start();
      List<Socket> slow = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        slow.add(beginBody());
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(post().statusCode()).isEqualTo(503));

      for (Socket socket : slow) {
        socket.close();
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(post().statusCode()).isEqualTo(200));
    }
  }

  private Socket beginBody() throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    String head =
        "POST /imports HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
            + "Content-Length: 4000\r\n\r\n{";
    socket.getOutputStream().write(head.getBytes(US_ASCII));
    return socket;
  }

  private HttpResponse<String> post() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + "/imports");
    return http.send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + "/elements/api-v2/instances/1");
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
