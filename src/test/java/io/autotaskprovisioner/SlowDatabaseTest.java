package io.autotaskprovisioner;

import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.faults.TcpProxy;
import io.autotaskprovisioner.support.TestDatabase;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL that answers late or not at all: callers are told in time, and the truth. */
class SlowDatabaseTest {

  private static final Duration DEADLINE = Duration.ofSeconds(6);

  /** For the answer's own way on a busy machine. */
  private static final Duration SLACK = Duration.ofSeconds(20);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static TcpProxy way;
  private static RunningApplication application;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    String url = TestDatabase.emptyPostgresUrl();
    int port = Integer.parseInt(url.replaceAll("jdbc:postgresql://[^:/]+:(\\d+)/.*", "$1"));
    way = new TcpProxy(port);
    application =
        RunningApplication.start(
            folder,
            Map.of(
                "storage.url", url.replace(":" + port + "/", ":" + way.port() + "/"),
                "storage.user", "postgres",
                "storage.password", "postgres",
                "enrichment.enabled", "false",
                "http.deadline", DEADLINE.toSeconds() + "s"));
    // The code is proven by it, so that others need not wait for each other.
    HttpResponse<String> first = provision("first", 1).join();
    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    application.close();
    way.close();
  }

  private static CompletableFuture<HttpResponse<String>> provision(String name, int customer) {
    String body =
        """
        {"name": "%s", "element": {"key": "autotaskfinance"},
         "configuration": {
           "finance.autotask.username": "user-%d@customer-%d.example",
           "finance.autotask.password": "secret-%d",
           "finance.autotask.server.url": "https://ww3.autotask.net"}}"""
            .formatted(name, customer, customer, customer);
    HttpRequest request =
        application
            .request("POST", "/elements/api-v2/instances", body)
            .timeout(DEADLINE.plus(SLACK))
            .build();
    return HTTP.sendAsync(request, BodyHandlers.ofString());
  }

  private static List<HttpResponse<String>> provision(String prefix, int from, int count) {
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(provision(prefix + i, from + i));
    }
    return calls.stream().map(CompletableFuture::join).toList();
  }

  private static Set<String> stored(String prefix) throws Exception {
    Set<String> names = new TreeSet<>();
    HttpResponse<String> page = application.get("/elements/api-v2/instances?pageSize=500");
    json(page).forEach(instance -> names.add(instance.path("name").asText()));
    return names.stream()
        .filter(name -> name.startsWith(prefix))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void assertRefused(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
    assertThat(Integer.parseInt(response.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(1, 30);
  }

  @Test
  void a_database_that_hangs_is_told_by_503_and_nothing_is_stored_behind_the_callers_backs()
      throws Exception {
    way.hold();
    List<HttpResponse<String>> answers;
    try {
      answers = provision("hanging-", 100, 50);
      assertRefused(application.get("/elements/api-v2/instances"));
    } finally {
      way.delay(Duration.ZERO);
    }
    answers.forEach(SlowDatabaseTest::assertRefused);

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(provision("again", 200).join().statusCode()).isEqualTo(200));
    assertThat(stored("hanging-")).isEmpty();
  }

  @Test
  void a_database_that_becomes_slow_serves_whom_it_can_and_tells_the_others_the_truth_in_time()
      throws Exception {
    way.delay(Duration.ofMillis(60));
    List<HttpResponse<String>> answers;
    try {
      answers = provision("slow-", 1000, 200);
    } finally {
      way.delay(Duration.ZERO);
    }
    Set<String> created = new TreeSet<>();
    for (HttpResponse<String> answer : answers) {
      if (answer.statusCode() == 200) {
        created.add(json(answer).path("name").asText());
      } else {
        assertRefused(answer);
      }
    }
    assertThat(created).as("served").isNotEmpty();
    assertThat(stored("slow-")).isEqualTo(created);
  }

  @Test
  void the_drop_folder_waits_for_it_and_loses_nothing() throws Exception {
    way.hold();
    application.drop("during.csv", RunningApplication.customers(301, 302, 303));
    assertRefused(application.get("/batches"));
    assertThat(application.inbox().resolve("during.csv")).exists();
    way.delay(Duration.ZERO);
    assertThat(application.awaitFinished("during").path("succeeded").asInt()).isEqualTo(3);
    assertThat(stored("Customer 30"))
        .containsExactly("Customer 301", "Customer 302", "Customer 303");
  }
}
