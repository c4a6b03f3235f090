package io.autotaskprovisioner.autotask;

import static io.autotaskprovisioner.autotask.PlayedAutotask.json;
import static io.autotaskprovisioner.autotask.PlayedAutotask.rejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of an entity, read from a real HTTP server that plays Autotask. */
class AutotaskQueryTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECRET = "p%s+e/c ret";

  private static Vertx vertx;

  private final RecordingGuard guard = new RecordingGuard();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private PlayedAutotask autotask;
  private DefaultCamelContext context;

  @BeforeAll
  static void openVertx() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void closeVertx() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @BeforeEach
  void start() {
    autotask = new PlayedAutotask(vertx);
    context = new DefaultCamelContext();
    context.getRegistry().bind("vertx", vertx);
    context.getRegistry().bind("meterRegistry", meters);
    context.getRegistry().bind("loginGuard", guard);
    context.start();
  }

  @AfterEach
  void stop() {
    context.stop();
    autotask.close();
  }

  /** Answers as Autotask does: rows behind the asked id, as many as asked, of {@code ids}. */
  private static Handler<HttpServerRequest> companies(long... ids) {
    return request -> {
      JsonNode search = read(request.getParam("search"));
      JsonNode filter = search.at("/filter/0");
      List<Long> behind =
          LongStream.of(ids)
              .filter(
                  id ->
                      filter.get("op").asText().equals("gt")
                          ? id > filter.get("value").asLong()
                          : id >= filter.get("value").asLong())
              .boxed()
              .toList();
      int size = Math.min(search.get("MaxRecords").asInt(), behind.size());
      StringBuilder items = new StringBuilder();
      for (long id : behind.subList(0, size)) {
        items.append(items.isEmpty() ? "" : ",").append("{\"id\":").append(id);
        items.append(search.has("IncludeFields") ? "}" : ",\"companyName\":\"C" + id + "\"}");
      }
      String next = size < behind.size() ? "\"https://elsewhere.example/next\"" : "null";
      json(
              200,
              "{\"items\":[%s],\"pageDetails\":{\"count\":%d,\"nextPageUrl\":%s}}"
                  .formatted(items, size, next))
          .handle(request);
    };
  }

  @Test
  void rows_come_by_rising_id_and_tell_whether_to_go_on() throws Exception {
    autotask.onThresholds(companies(0, 174, 175, 180));

    EntityRows first = rows(query(null, 0, 2));
    EntityRows second = rows(query(174L, 0, 2));

    assertThat(first.rows()).extracting(EntityRows::idOf).containsExactly(0L, 174L);
    assertThat(first.mayGoOn()).isTrue();
    assertThat(second.rows().toString())
        .isEqualTo(
            "[{\"id\":175,\"companyName\":\"C175\"}, {\"id\":180,\"companyName\":\"C180\"}]");
    assertThat(second.mayGoOn()).isFalse();
    assertThat(rows(query(180L, 0, 2))).isEqualTo(EntityRows.NONE);
    assertThat(guard.ends).containsExactly("accepted", "accepted", "accepted");
    assertThat(meters.get("autotask.query").tag("outcome", "accepted").timer().count())
        .isEqualTo(3);
  }

  @Test
  void a_query_carries_its_search_in_the_url_and_the_login_in_the_headers_alone() throws Exception {
    autotask.onThresholds(companies(1));

    rows(query(7L, 0, 3));

    PlayedAutotask.Received call = last();
    assertThat(call.path()).isEqualTo("/ATServicesRest/V1.0/Companies/query");
    assertThat(call.query()).startsWith("search=").doesNotContain("user", SECRET);
    assertThat(read(URLDecoder.decode(call.query().substring(7), StandardCharsets.UTF_8)))
        .isEqualTo(
            JSON.readTree(
                """
                {"MaxRecords":3,"filter":[{"op":"gt","field":"id","value":7}]}"""));
    assertThat(call.header("Secret")).isEqualTo(SECRET);
  }

  @Test
  void passing_over_rows_costs_a_call_for_their_ids_alone() throws Exception {
    autotask.onThresholds(companies(LongStream.rangeClosed(1, 1_203).toArray()));

    EntityRows rows = rows(query(null, 1_200, 2));

    assertThat(rows.rows()).extracting(EntityRows::idOf).containsExactly(1_201L, 1_202L);
    List<String> searches =
        autotask.received().stream()
            .filter(r -> r.path().endsWith("/query"))
            .map(r -> URLDecoder.decode(r.query(), StandardCharsets.UTF_8))
            .toList();
    assertThat(searches).hasSize(4);
    assertThat(searches.subList(0, 3)).allMatch(search -> search.contains("IncludeFields"));
    assertThat(searches.get(3)).doesNotContain("IncludeFields");
    assertThat(rows(query(null, 1_203, 2)).rows()).isEmpty();
    assertThat(rows(query(null, 5_000, 2)).rows()).isEmpty();
  }

  @Test
  void a_401_is_told_to_the_guard_and_not_sent_again() throws Exception {
    autotask.onThresholds(rejected());

    failed(query(null, 0, 1), Kind.REJECTED_CREDENTIALS);

    assertThat(guard.ends).containsExactly("rejected");
    assertThat(autotask.received().stream().filter(r -> r.path().endsWith("/query"))).hasSize(1);
  }

  @Test
  void an_answer_that_does_not_come_ends_at_the_deadline_of_the_exchange() throws Exception {
    autotask.onThresholds(request -> {});
    Exchange exchange = exchange(query(null, 0, 1));
    exchange.setProperty(AutotaskEndpoint.DEADLINE, Instant.now().plusMillis(500));

    assertThat(run(exchange).getException()).isInstanceOf(AutotaskException.class);
    assertThat(((AutotaskException) exchange.getException()).kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(guard.ends).containsExactly("undecided");
  }

  @Test
  void a_login_that_is_held_back_sends_nothing() throws Exception {
    guard.refusal =
        new AutotaskException(Kind.LOGIN_CLOSED, "Held back.", null, Duration.ofMinutes(5));

    failed(query(null, 0, 1), Kind.LOGIN_CLOSED);

    assertThat(autotask.received()).allMatch(r -> r.path().endsWith("/zoneInformation"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500|{\"errors\":[\"The logged in Resource does not have the adequate permissions\"]}|NOT_PERMITTED",
        "500|{\"errors\":[\"Something about p%s+e/c ret\"]}|PROVIDER_REFUSED",
        "429|{\"errors\":[\"slow down\"]}|THROTTLED",
        "503|<html>|PROVIDER_ERROR",
        "200|{\"rows\":[]}|PROVIDER_ERROR",
        "200|{\"items\":[{\"companyName\":\"no id\"}]}|PROVIDER_ERROR",
        "200|{\"items\":[{\"id\":5},{\"id\":5}]}|PROVIDER_ERROR",
        "200|{\"items\":[{\"id\":3},{\"id\":2}]}|PROVIDER_ERROR",
        "200|{\"items\":[7]}|PROVIDER_ERROR"
      })
  void what_is_no_list_of_rows_is_a_failure_of_its_kind(int status, String body, Kind kind)
      throws Exception {
    autotask.onThresholds(json(status, body));

    failed(query(null, 0, 5), kind);

    assertThat(guard.ends).containsExactly("undecided");
  }

  @Test
  void a_body_far_longer_than_the_rows_asked_for_is_given_up() throws Exception {
    String padding = "x".repeat(200_000);
    autotask.onThresholds(
        json(200, "{\"items\":[{\"id\":1,\"companyName\":\"" + padding + "\"}]}"));

    failed(query(null, 0, 1), Kind.PROVIDER_ERROR);
    assertThat(rows(query(null, 0, 20)).rows()).hasSize(1);
  }

  @Test
  void names_of_older_zones_are_read_too_and_more_rows_than_asked_are_cut() throws Exception {
    autotask.onThresholds(
        json(200, "{\"Items\":[{\"Id\":1,\"CompanyName\":\"Acme\"},{\"Id\":2},{\"Id\":3}]}"));

    EntityRows rows = rows(query(null, 0, 2));

    assertThat(rows.rows().get(0).toString()).isEqualTo("{\"id\":1,\"companyName\":\"Acme\"}");
    assertThat(rows.rows()).hasSize(2);
    assertThat(rows.mayGoOn()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Companies/0", "../x", "", "Companies?x"})
  void an_entity_is_a_word(String entity) {
    assertThatThrownBy(() -> new EntityQuery(login(), entity, null, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private LoginCredentials login() {
    return new LoginCredentials("abc@example.com", SECRET, null, autotask.origin());
  }

  private EntityQuery query(Long afterId, int skip, int size) {
    return new EntityQuery(login(), "Companies", afterId, skip, size);
  }

  private PlayedAutotask.Received last() {
    return autotask.received().get(autotask.received().size() - 1);
  }

  private static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EntityRows rows(EntityQuery query) throws Exception {
    Exchange exchange = run(exchange(query));
    assertThat(exchange.getException()).isNull();
    return exchange.getMessage().getBody(EntityRows.class);
  }

  private void failed(EntityQuery query, Kind kind) throws Exception {
    Exception failure = run(exchange(query)).getException();
    assertThat(failure).isInstanceOf(AutotaskException.class);
    AutotaskException known = (AutotaskException) failure;
    assertThat(known.kind()).as(known.getMessage()).isEqualTo(kind);
    assertThat(known.getMessage() + known.providerMessage()).doesNotContain(SECRET);
  }

  private Exchange exchange(EntityQuery query) {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(query);
    return exchange;
  }

  private Exchange run(Exchange exchange) throws Exception {
    AsyncProducer producer =
        context
            .getEndpoint(
                "autotask:query?discoveryUrl=%s/ATServicesRest/&allowedOrigins=%s"
                    .formatted(autotask.origin(), autotask.origin()))
            .createAsyncProducer();
    producer.start();
    CompletableFuture<Exchange> done = new CompletableFuture<>();
    producer.process(exchange, doneSync -> done.complete(exchange));
    await().atMost(Duration.ofSeconds(10)).until(done::isDone);
    return exchange;
  }
}
