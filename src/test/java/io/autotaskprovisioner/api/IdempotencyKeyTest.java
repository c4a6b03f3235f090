package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.simulator.Fault;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {

  private static final String INSTANCES = "/elements/api-v2/instances";

  @TempDir static Path folder;
  private static RunningApplication application;
  private static int customer = 1_000;

  @BeforeAll
  static void start() throws Exception {
    // Else tenants of other tests are asked while calls are counted.
    application = RunningApplication.start(folder, Map.of("enrichment.enabled", "false"));
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @AfterEach
  void mend() {
    application.simulator().clearFaults();
    application.simulator().set("latencyMillis", 0);
  }

  private static ObjectNode body(int number, String secret) {
    ObjectNode body = new ObjectMapper().createObjectNode().put("name", "Customer " + number);
    body.putObject("element").put("key", "autotaskfinance");
    body.putObject("configuration")
        .put("finance.autotask.username", "user-%d@customer-%d.example".formatted(number, number))
        .put("finance.autotask.password", secret)
        .put("finance.autotask.server.url", "https://ww3.autotask.net");
    return body;
  }

  private static ObjectNode validBody() {
    int number = ++customer;
    return body(number, "secret-" + number);
  }

  private static HttpRequest.Builder request(String key, ObjectNode body) {
    return application.request("POST", INSTANCES, body.toString()).header("Idempotency-Key", key);
  }

  private static HttpResponse<String> post(String key, ObjectNode body) throws Exception {
    return application.send(request(key, body));
  }

  @Test
  void the_same_key_and_body_answer_what_the_first_one_answered() throws Exception {
    ObjectNode body = validBody();
    HttpResponse<String> first = post("\"same\"", body);
    HttpResponse<String> second = post("same", body);

    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body());
  }

  @Test
  void the_same_key_with_another_body_is_422() throws Exception {
    post("other-body", validBody());
    HttpResponse<String> second = post("other-body", validBody());
    assertThat(second.statusCode()).isEqualTo(422);
    assertThat(json(second).get("message").asText()).contains("new key");
  }

  @Test
  void of_many_at_the_same_moment_one_runs_and_the_others_are_409_or_its_answer() throws Exception {
    application.simulator().set("latencyMillis", 300);
    HttpRequest request = request("crowd", validBody()).build();
    HttpClient client = HttpClient.newHttpClient();
    List<CompletableFuture<HttpResponse<String>>> calls =
        IntStream.range(0, 20)
            .mapToObj(i -> client.sendAsync(request, BodyHandlers.ofString()))
            .toList();
    List<HttpResponse<String>> responses = calls.stream().map(CompletableFuture::join).toList();

    assertThat(responses).extracting(HttpResponse::statusCode).contains(200).containsOnly(200, 409);
    assertThat(
            responses.stream()
                .filter(r -> r.statusCode() == 200)
                .map(HttpResponse::body)
                .distinct())
        .hasSize(1);
  }

  @Test
  void a_permanent_rejection_is_kept_and_nothing_is_sent_again() throws Exception {
    post("proves-the-code", validBody());
    ObjectNode body = body(++customer, "wrong");
    HttpResponse<String> first = post("rejected", body);
    int calls = application.simulator().requests().size();
    HttpResponse<String> second = post("rejected", body);

    assertThat(first.statusCode()).isEqualTo(401);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(application.simulator().requests()).hasSize(calls);
  }

  @Test
  void a_transient_failure_gives_the_key_back() throws Exception {
    ObjectNode body = validBody();
    application
        .simulator()
        .add(new Fault(Fault.Kind.GATEWAY, 0, "ThresholdInformation", 502, "", 0));
    assertThat(post("transient", body).statusCode()).isEqualTo(502);

    application.simulator().clearFaults();
    HttpResponse<String> second = post("transient", body);
    assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
  }

  @Test
  void an_invalid_request_is_kept_under_its_key_too() throws Exception {
    ObjectNode body = validBody();
    body.remove("name");
    HttpResponse<String> first = post("invalid", body);
    assertThat(first.statusCode()).isEqualTo(400);
    assertThat(post("invalid", body).body()).isEqualTo(first.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"\"", "a\\b", "a\tb"})
  void a_key_that_is_none_is_400(String key) throws Exception {
    assertThat(post(key, validBody()).statusCode()).isEqualTo(400);
  }

  @Test
  void a_key_of_more_than_255_characters_is_400() throws Exception {
    assertThat(post("k".repeat(256), validBody()).statusCode()).isEqualTo(400);
    assertThat(post("k".repeat(255), validBody()).statusCode()).isEqualTo(200);
  }
}
