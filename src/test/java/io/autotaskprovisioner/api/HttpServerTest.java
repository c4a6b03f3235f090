package io.autotaskprovisioner.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.simulator.Fault;
import io.autotaskprovisioner.support.RawHttp;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slow, broken, rude and scheming clients. */
class HttpServerTest {

  private static final String INSTANCES = "/elements/api-v2/instances";

  @TempDir static Path folder;
  private static RunningApplication application;

  @BeforeAll
  static void start() throws Exception {
    application =
        RunningApplication.start(
            folder,
            Map.of(
                "http.deadline", "2s",
                "http.idle-timeout", "7s",
                "http.max-concurrent-requests", "4"));
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @AfterEach
  void mend() {
    application.simulator().clearFaults();
  }

  private static ObjectNode body(int number) {
    ObjectNode body = new ObjectMapper().createObjectNode().put("name", "Customer " + number);
    body.putObject("element").put("key", "autotaskfinance");
    body.putObject("configuration")
        .put("finance.autotask.username", "user-%d@customer-%d.example".formatted(number, number))
        .put("finance.autotask.password", "secret-" + number)
        .put("finance.autotask.server.url", "https://ww3.autotask.net");
    return body;
  }

  private static String raw(String text) throws IOException {
    return new RawHttp(application.uri("/").getPort()).send(text);
  }

  private static String post(String headers, String body) {
    return "POST "
        + INSTANCES
        + " HTTP/1.1\r\nHost: x\r\nAuthorization: "
        + RunningApplication.AUTHORIZATION
        + "\r\n"
        + headers
        + "\r\n"
        + body;
  }

  @Test
  void autotask_that_never_answers_is_504_within_the_deadline() throws Exception {
    application
        .simulator()
        .add(new Fault(Fault.Kind.SILENCE, 0, "ThresholdInformation", 200, "", 0));
    long start = System.nanoTime();
    HttpResponse<String> response = application.post(INSTANCES, body(1).toString());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(504);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  void a_client_that_sends_half_a_request_is_cut_off() throws Exception {
    assertThat(raw(post("Content-Length: 500\r\n", "{\"name\":"))).startsWith("HTTP/1.1 408 ");
  }

  @Test
  void an_address_that_is_too_long_is_told_so() throws Exception {
    String answer =
        raw(
            "GET "
                + INSTANCES
                + "?searchText="
                + "x".repeat(9_000)
                + " HTTP/1.1\r\nHost: x\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.0 400 ")
        .contains("The address with its query, or the headers, are too long");
  }

  @Test
  void a_client_that_goes_away_leaves_nothing_behind() throws Exception {
    application.simulator().set("latencyMillis", 300);
    try {
      for (int i = 0; i < 12; i++) {
        try (Socket socket = new Socket("127.0.0.1", application.uri("/").getPort())) {
          String text = body(100 + i).toString();
          socket
              .getOutputStream()
              .write(
                  post(
                          "Content-Type: application/json\r\nContent-Length: "
                              + text.length()
                              + "\r\n",
                          text)
                      .getBytes(StandardCharsets.ISO_8859_1));
        }
      }
      // All four places are free again, since each exchange ends although nobody listens.
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> application.get("/batches").statusCode() == 200);
    } finally {
      application.simulator().set("latencyMillis", 0);
    }
  }

  @Test
  void a_method_that_is_not_possible_is_answered_with_those_that_are() throws Exception {
    HttpResponse<String> instance = application.post(INSTANCES + "/1", "{}");
    HttpResponse<String> batch =
        application.send(application.request("DELETE", "/requests/17", null));

    assertThat(instance.statusCode()).isEqualTo(405);
    assertThat(instance.headers().firstValue("Allow")).contains("DELETE, GET, PATCH, PUT");
    assertThat(batch.statusCode()).isEqualTo(405);
    assertThat(batch.headers().firstValue("Allow")).contains("GET");
  }

  @Test
  void headers_that_would_steer_a_component_reach_none() throws Exception {
    HttpResponse<String> response =
        application.send(
            application
                .request("POST", INSTANCES, body(2).toString())
                .header("CamelHttpUri", "http://127.0.0.1:1/stolen")
                .header("cAmelHttpUri", "{{env:PATH}}")
                .header("CamelFileName", "../../stolen")
                .header("verification", "file:stolen"));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().map().keySet())
        .allMatch(
            name ->
                java.util.Set.of(
                        ":status", "content-type", "content-length", "elements-request-id", "vary")
                    .contains(name.toLowerCase(java.util.Locale.ROOT)));
  }

  @Test
  void more_than_the_most_at_once_are_503_and_told_when_to_come_back() throws Exception {
    application.simulator().set("latencyMillis", 200);
    try {
      var client = HttpClient.newHttpClient();
      var number = new AtomicInteger(300);
      // On a busy machine twelve may come so far apart that never more than four are there.
      await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> twelveAtOnce(client, number),
              responses ->
                  responses.stream().anyMatch(r -> r.statusCode() == 200)
                      && responses.stream().anyMatch(r -> r.statusCode() == 503));
    } finally {
      application.simulator().set("latencyMillis", 0);
    }
  }

  private static List<HttpResponse<String>> twelveAtOnce(HttpClient client, AtomicInteger number) {
    var calls =
        IntStream.range(0, 12)
            .mapToObj(
                call ->
                    client.sendAsync(
                        application
                            .request("POST", INSTANCES, body(number.getAndIncrement()).toString())
                            .build(),
                        HttpResponse.BodyHandlers.ofString()))
            .toList();
    var responses = calls.stream().map(CompletableFuture::join).toList();
    assertThat(responses).extracting(HttpResponse::statusCode).isSubsetOf(200, 503, 504);
    assertThat(responses.stream().filter(r -> r.statusCode() == 503))
        .allMatch(r -> r.headers().firstValue("Retry-After").isPresent());
    return responses;
  }
}
