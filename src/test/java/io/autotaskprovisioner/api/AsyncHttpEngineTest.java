package io.autotaskprovisioner.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.setting.Settings;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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

  private static final int LARGEST = 200_000;
  private static final int MEMORY = 250_000;

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
            new AsyncHttpEngine.Limits(1024, LARGEST, MEMORY, Duration.ofSeconds(20), 10),
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
  void all_bodies_together_take_so_much_memory_and_no_more() throws Exception {
    engine.open();
    byte[] large = "x".repeat(MEMORY / 2 + BodyReader.FREE).getBytes(US_ASCII);
    try (CamelContext camel = servingImports()) {
      camel.start();
      List<Socket> slow = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        slow.add(beginBody("x"));
      }
      assertThat(post(large).statusCode()).as("while others only announce").isEqualTo(200);
      assertThat(post(large).statusCode()).as("again").isEqualTo(200);

      String half = "x".repeat(MEMORY / 2 + 1 + BodyReader.FREE);
      slow.add(beginBody(half));
      await()
          .atMost(Duration.ofSeconds(15))
          .untilAsserted(() -> assertThat(post(large).statusCode()).isEqualTo(503));
      assertThat(post("{}".getBytes(US_ASCII)).statusCode()).as("a small one").isEqualTo(200);
      assertThat(post(new byte[LARGEST + 1]).statusCode()).as("too large").isEqualTo(413);

      for (Socket socket : slow) {
        socket.close();
      }
      await()
          .atMost(Duration.ofSeconds(15))
          .untilAsserted(() -> assertThat(post(large).statusCode()).isEqualTo(200));
    }
  }

  @Test
  void a_body_is_waited_for_with_100_and_no_other_expectation_is_met() throws Exception {
    engine.open();
    try (CamelContext camel = servingImports()) {
      camel.start();

      assertThat(firstLineAnswering("100-continue")).isEqualTo("HTTP/1.1 100 Continue");
      assertThat(firstLineAnswering("a-miracle")).startsWith("HTTP/1.1 417 ");
    }
  }

  /** Sends a head without its body. */
  private String firstLineAnswering(String expectation) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      String head =
          "POST /imports HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\nExpect: %s\r\n\r\n";
      socket.getOutputStream().write(head.formatted(expectation).getBytes(US_ASCII));
      return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))
          .readLine();
    }
  }

  private CamelContext servingImports() throws Exception {
    CamelContext camel = new DefaultCamelContext();
    camel.getRegistry().bind("platform-http-engine", engine);
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("platform-http:/imports?httpMethodRestrict=POST")
                .setBody(exchange -> new ApiAnswer(200, "{}".getBytes(US_ASCII)));
          }
        });
    return camel;
  }

  /** Begins the longest of bodies. */
  private Socket beginBody(String beginning) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    String head =
        "POST /imports HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
            + "Content-Length: "
            + LARGEST
            + "\r\n\r\n";
    socket.getOutputStream().write((head + beginning).getBytes(US_ASCII));
    return socket;
  }

  private HttpResponse<String> post(byte[] body) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + "/imports");
    return http.send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + "/elements/api-v2/instances/1");
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
