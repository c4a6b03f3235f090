package io.autotaskprovisioner.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies against a sink that is slower than the network, on a real server. */
class StreamedBodyTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Blocking BLOCKING = new Blocking("test-sink", 2);

  private static Vertx vertx;
  private static HttpServer server;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    Router router = Router.router(vertx);
    router
        .post()
        .handler(
            call -> {
              ByteArrayOutputStream taken = new ByteArrayOutputStream();
              new StreamedBody(call)
                  .copy(
                      file ->
                          buffer -> {
                            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                            taken.writeBytes(buffer.getBytes());
                          },
                      BLOCKING,
                      Duration.ofSeconds(20))
                  .whenComplete((nothing, failure) -> answer(call.response(), taken, failure));
            });
    server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
    BLOCKING.stop();
  }

  private static void answer(
      HttpServerResponse response, ByteArrayOutputStream taken, Throwable failure) {
    Throwable cause = failure != null && failure.getCause() != null ? failure.getCause() : failure;
    response
        .setStatusCode(cause instanceof ApiException refused ? refused.statusCode() : 200)
        .end(cause == null ? taken.toString(StandardCharsets.UTF_8) : cause.toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {2_000, 7_000, 9_000, 20_000, 66_000, 100_000, 300_000, 1_000_000})
  void a_file_of_a_form_arrives_whole(int size) throws Exception {
    String content = "0123456789".repeat(size / 10);

    for (int round = 0; round < 5; round++) {
      HttpResponse<String> answer = send(form(content) + "\r\n--line--\r\n");

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).hasSize(size).isEqualTo(content);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 9_000, 100_000, 1_000_000})
  void a_form_without_its_last_boundary_is_refused(int size) throws Exception {
    String content = "0123456789".repeat(size / 10);

    for (String end : new String[] {"", "\r\n", "\r\n--li", "\r\n--line\r\n"}) {
      assertThat(send(form(content) + end).statusCode()).as("ends in '%s'", end).isEqualTo(400);
    }
  }

  @Test
  void a_file_may_be_followed_by_other_fields() throws Exception {
    HttpResponse<String> answer =
        send(
            form("content")
                + "\r\n--line\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello"
                + "\r\n--line--");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("content");
  }

  private static String form(String content) {
    return "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s.csv\"\r\n"
        + "Content-Type: text/csv\r\n\r\n"
        + content;
  }

  private static HttpResponse<String> send(String body) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + "/"))
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "multipart/form-data; boundary=line")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }
}
