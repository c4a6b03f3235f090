package io.autotaskprovisioner.autotask;

import static io.autotaskprovisioner.autotask.PlayedAutotask.THRESHOLDS;
import static io.autotaskprovisioner.autotask.PlayedAutotask.json;
import static io.autotaskprovisioner.autotask.PlayedAutotask.rejected;
import static io.autotaskprovisioner.autotask.PlayedAutotask.unknownLogin;
import static io.autotaskprovisioner.autotask.PlayedAutotask.zone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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

/** The component against a real HTTP server that plays Autotask. */
class AutotaskVerifyTest {

  private static final String USER = "abc123@EXAMPLE.com";
  private static final String SECRET = "p%s+e/c ret";
  private static final String CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ1";

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

  @Test
  void an_accepted_login_answers_zone_tenant_and_limits() throws Exception {
    VerifiedLogin verified = verified(verify(login()));

    assertThat(verified.zoneName()).isEqualTo("America East");
    assertThat(verified.zoneUrl()).hasToString(autotask.origin() + "/ATServicesRest/");
    assertThat(verified.webUrl()).isEqualTo("https://ww3.autotask.net/");
    assertThat(verified.databaseId()).isEqualTo(20264L);
    assertThat(verified.requestThreshold()).isEqualTo(10000);
    assertThat(verified.thresholdTimeframeMinutes()).isEqualTo(60);
    assertThat(verified.timeframeRequestCount()).isEqualTo(37);
    assertThat(guard.ends).containsExactly("accepted");
    assertThat(meters.get("autotask.verification").tag("outcome", "accepted").timer().count())
        .isEqualTo(1);
  }

  @Test
  void the_look_up_carries_the_encoded_login_and_no_credentials() throws Exception {
    verified(verify(login("a b+c&d@example.com", SECRET)));

    assertThat(autotask.lookUps()).hasSize(1);
    PlayedAutotask.Received lookUp = autotask.lookUps().get(0);
    assertThat(lookUp.path()).isEqualTo("/ATServicesRest/V1.0/zoneInformation");
    assertThat(lookUp.query()).isEqualTo("user=a%20b%2Bc%26d%40example.com");
    assertThat(lookUp.headers().names())
        .doesNotContain("Authorization", "UserName", "Secret", "ApiIntegrationCode");
  }

  @ParameterizedTest
  @CsvSource({"basic+headers,true,true", "headers,false,true", "basic,true,false"})
  void each_authentication_sends_exactly_its_headers(
      String authentication, boolean basic, boolean headers) throws Exception {
    String secret = "pässwörd€ +/=";
    verified(verify(login(USER, secret), "&authentication=RAW(" + authentication + ")"));

    PlayedAutotask.Received call = autotask.thresholdCalls().get(0);
    assertThat(call.path()).isEqualTo("/ATServicesRest/V1.0/ThresholdInformation");
    String token =
        Base64.getEncoder().encodeToString((USER + ":" + secret).getBytes(StandardCharsets.UTF_8));
    assertThat(call.header("Authorization")).isEqualTo(basic ? "Basic " + token : null);
    assertThat(call.header("UserName")).isEqualTo(headers ? USER : null);
    assertThat(call.header("Secret")).isEqualTo(headers ? secret : null);
    assertThat(call.header("ApiIntegrationCode")).isEqualTo(CODE);
    assertThat(call.header("ImpersonationResourceId")).isNull();
  }

  @Test
  void the_code_of_the_request_wins_over_the_configured_one() throws Exception {
    verified(verify(new LoginCredentials(USER, SECRET, "OWNCODE", autotask.origin())));

    assertThat(autotask.thresholdCalls().get(0).header("ApiIntegrationCode")).isEqualTo("OWNCODE");
  }

  @Test
  void a_listed_origin_is_called_without_a_code() throws Exception {
    verified(verify(login(), "&integrationCode="));

    assertThat(autotask.thresholdCalls().get(0).header("ApiIntegrationCode")).isNull();
  }

  @Test
  void without_a_code_nothing_leaves_for_the_vendor() throws Exception {
    autotask.onZone(zone("https://webservices3.autotask.net/ATServicesRest/", 1));

    failed(verify(login(), "&integrationCode="), Kind.INTEGRATION_CODE);
    Exchange vendor =
        verify(
            new LoginCredentials(USER, SECRET, " ", "https://ww3.autotask.net"),
            "&integrationCode=");
    failed(vendor, Kind.INTEGRATION_CODE);

    assertThat(autotask.thresholdCalls()).isEmpty();
    assertThat(autotask.lookUps()).as("the second one was not even looked up").hasSize(1);
    assertThat(guard.ends).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/ATServicesRest/",
        "http://webservices3.autotask.net/ATServicesRest/",
        "https://webservices3.autotask.net.evil.example/ATServicesRest/",
        "https://user:x@webservices3.autotask.net/ATServicesRest/",
        "https://webservices3.autotask.net:8443/ATServicesRest/",
        "https://webservices3.autotask.net/ATServicesRest/?x=",
        "//webservices3.autotask.net/"
      })
  void a_zone_url_that_points_elsewhere_gets_no_credentials(String url) throws Exception {
    autotask.onZone(zone(url, 1));

    failed(verify(login()), Kind.HOST_NOT_ALLOWED);

    assertThat(autotask.thresholdCalls()).isEmpty();
    assertThat(guard.ends).isEmpty();
  }

  @Test
  void a_server_url_that_points_elsewhere_causes_no_call_at_all() throws Exception {
    failed(
        verify(new LoginCredentials(USER, SECRET, CODE, "https://ww3.autotask.net.evil.example")),
        Kind.HOST_NOT_ALLOWED);

    assertThat(autotask.received()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void a_redirect_is_not_followed_and_no_credential_arrives_there(int status) throws Exception {
    try (PlayedAutotask elsewhere = new PlayedAutotask(vertx)) {
      autotask.onThresholds(
          request ->
              request
                  .response()
                  .setStatusCode(status)
                  .putHeader("Location", elsewhere.origin() + request.path())
                  .end());

      failed(verify(login()), Kind.PROVIDER_ERROR);

      assertThat(elsewhere.received()).isEmpty();
      assertThat(autotask.thresholdCalls()).hasSize(1);
    }
  }

  @Test
  void the_zone_is_remembered_whatever_the_case_of_the_login() throws Exception {
    verified(verify(login("One@Example.com", SECRET)));
    verified(verify(login("one@example.COM", SECRET)));

    assertThat(autotask.lookUps()).hasSize(1);
    assertThat(autotask.thresholdCalls()).hasSize(2);
  }

  @Test
  void an_unknown_login_is_asked_for_twice_and_never_remembered() throws Exception {
    autotask.onZone(unknownLogin());

    AutotaskException failure = failed(verify(login()), Kind.UNKNOWN_LOGIN);
    assertThat(failure.providerMessage()).isEqualTo("Zone information could not be determined");
    assertThat(autotask.lookUps()).hasSize(2);

    autotask.onZone(zone(autotask.origin() + "/ATServicesRest/", 7));
    verified(verify(login()));
    assertThat(autotask.lookUps()).hasSize(3);
  }

  @Test
  void a_login_unknown_at_the_discovery_host_is_looked_up_at_its_own_zone() throws Exception {
    try (PlayedAutotask region = new PlayedAutotask(vertx)) {
      autotask.onZone(unknownLogin());

      VerifiedLogin verified =
          verified(
              verify(
                  new LoginCredentials(USER, SECRET, CODE, region.origin() + "/Mvc/x?y#z"),
                  "&allowedOrigins=" + region.origin()));

      assertThat(verified.zoneUrl()).hasToString(region.origin() + "/ATServicesRest/");
      assertThat(region.lookUps()).hasSize(1);
      assertThat(autotask.thresholdCalls()).isEmpty();
    }
  }

  @Test
  void a_second_look_up_that_fails_otherwise_leaves_the_login_unknown() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    autotask.onZone(
        request ->
            (asked.getAndIncrement() == 0 ? unknownLogin() : json(503, "{}")).handle(request));

    failed(verify(login()), Kind.UNKNOWN_LOGIN);
    assertThat(asked).hasValue(2);
  }

  @Test
  void look_ups_of_one_login_at_once_share_a_call() {
    CompletableFuture<HttpServerRequest> held = new CompletableFuture<>();
    autotask.onZone(held::complete);
    List<Exchange> done = new CopyOnWriteArrayList<>();
    IntStream.range(0, 20).forEach(i -> start(login(), "", done));
    HttpServerRequest request = held.join();

    zone(autotask.origin() + "/ATServicesRest", 3).handle(request);

    await().untilAsserted(() -> assertThat(done).hasSize(20));
    assertThat(done).allSatisfy(exchange -> assertThat(exchange.isFailed()).isFalse());
    assertThat(autotask.lookUps()).hasSize(1);
  }

  @Test
  void a_rejected_login_is_called_once_and_remembered_before_it_is_reported() {
    autotask.onThresholds(rejected());
    guard.remembered = new CompletableFuture<>();
    List<Exchange> done = new CopyOnWriteArrayList<>();

    start(login(), "", done);
    await().untilAsserted(() -> assertThat(guard.ends).containsExactly("rejected"));
    assertThat(done).isEmpty();
    guard.remembered.complete(null);

    await().untilAsserted(() -> assertThat(done).hasSize(1));
    failed(done.get(0), Kind.REJECTED_CREDENTIALS);
    assertThat(autotask.thresholdCalls()).hasSize(1);
    assertThat(autotask.lookUps()).hasSize(1);
    assertThat(
            meters
                .get("autotask.verification")
                .tag("outcome", "rejected_credentials")
                .timer()
                .count())
        .isEqualTo(1);
  }

  @Test
  void a_guard_that_blames_the_code_has_the_last_word() throws Exception {
    autotask.onThresholds(rejected());
    guard.remembered =
        CompletableFuture.failedFuture(
            new AutotaskException(Kind.INTEGRATION_CODE, "suspended", null, Duration.ofMinutes(1)));

    AutotaskException failure = failed(verify(login()), Kind.INTEGRATION_CODE);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void a_closed_login_causes_no_call_with_credentials() throws Exception {
    guard.refusal = new AutotaskException(Kind.LOGIN_CLOSED, "closed", null, Duration.ofMinutes(5));

    failed(verify(login()), Kind.LOGIN_CLOSED);
    assertThat(autotask.thresholdCalls()).isEmpty();
  }

  @Test
  void a_401_whose_body_never_ends_is_a_verdict_all_the_same() throws Exception {
    autotask.onThresholds(
        request -> request.response().setStatusCode(401).setChunked(true).write("no"));

    failed(verify(login()), Kind.REJECTED_CREDENTIALS);
    assertThat(guard.ends).containsExactly("rejected");
  }

  @Test
  void a_tenant_that_moved_is_found_in_its_new_zone() throws Exception {
    verified(verify(login()));
    try (PlayedAutotask newZone = new PlayedAutotask(vertx)) {
      String origins = "&allowedOrigins=" + autotask.origin() + "," + newZone.origin();
      verified(verify(login(), origins));
      autotask.onThresholds(rejected());
      autotask.onZone(zone(newZone.origin() + "/ATServicesRest/", 20264));
      guard.ends.clear();

      VerifiedLogin moved = verified(verify(login(), origins));

      assertThat(moved.zoneUrl()).hasToString(newZone.origin() + "/ATServicesRest/");
      assertThat(newZone.thresholdCalls()).hasSize(1);
      assertThat(guard.ends).as("one attempt, one verdict").containsExactly("accepted");
    }
  }

  @Test
  void a_401_of_a_remembered_zone_that_did_not_change_is_not_tried_again() throws Exception {
    verified(verify(login()));
    autotask.onThresholds(rejected());
    guard.ends.clear();

    failed(verify(login()), Kind.REJECTED_CREDENTIALS);

    assertThat(autotask.lookUps()).hasSize(2);
    assertThat(autotask.thresholdCalls()).hasSize(2);
    assertThat(guard.ends).containsExactly("rejected");
  }

  @Test
  void a_401_stands_when_the_second_look_up_fails() throws Exception {
    verified(verify(login()));
    autotask.onThresholds(rejected()).onZone(json(503, "busy"));
    guard.ends.clear();

    failed(verify(login()), Kind.REJECTED_CREDENTIALS);
    assertThat(guard.ends).containsExactly("rejected");
  }

  @Test
  void answers_that_are_no_answer_have_their_class() throws Exception {
    record Case(String name, Handler<HttpServerRequest> answer, Kind kind) {}
    List<Case> cases =
        List.of(
            new Case("html 200", json(200, "<html><body>Login</body></html>"), Kind.PROVIDER_ERROR),
            new Case("empty 200", json(200, ""), Kind.PROVIDER_ERROR),
            new Case("array", json(200, "[]"), Kind.PROVIDER_ERROR),
            new Case("other object", json(200, "{\"item\":null}"), Kind.PROVIDER_ERROR),
            new Case("cut json", json(200, THRESHOLDS.substring(0, 40)), Kind.PROVIDER_ERROR),
            new Case("two documents", json(200, THRESHOLDS + THRESHOLDS), Kind.PROVIDER_ERROR),
            new Case(
                "far too long", json(200, THRESHOLDS + " ".repeat(70_000)), Kind.PROVIDER_ERROR),
            new Case("deeply nested", json(200, "[".repeat(30_000)), Kind.PROVIDER_ERROR),
            new Case("closed at once", request -> request.connection().close(), Kind.UNREACHABLE),
            new Case(
                "closed in the middle",
                request -> {
                  request.response().putHeader("Content-Length", "1000").write("{\"exter");
                  vertx.setTimer(50, id -> request.connection().close());
                },
                Kind.UNREACHABLE),
            new Case("never answered", request -> {}, Kind.TIMEOUT),
            new Case(
                "never finished",
                request -> request.response().putHeader("Content-Length", "1000").write("{"),
                Kind.TIMEOUT),
            new Case(
                "one byte at a time",
                request -> {
                  request.response().setChunked(true);
                  vertx.setPeriodic(20, id -> request.response().write(" "));
                },
                Kind.TIMEOUT),
            new Case("goes away", request -> request.response().reset(), Kind.UNREACHABLE));
    for (Case each : cases) {
      autotask.onThresholds(each.answer());
      Exchange exchange = verify(login(), "&callTimeout=400ms");
      assertThat(exchange.getException()).as(each.name()).isInstanceOf(AutotaskException.class);
      assertThat(((AutotaskException) exchange.getException()).kind())
          .as(each.name())
          .isEqualTo(each.kind());
    }
    assertThat(guard.ends).hasSize(cases.size()).containsOnly("undecided");
  }

  @Test
  void garbage_instead_of_http_is_an_error_of_the_provider() throws Exception {
    var garbage =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> socket.handler(data -> socket.write("SSH-2.0-garbage\r\n\r\n")))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    String origin = "http://127.0.0.1:" + garbage.actualPort();
    autotask.onZone(zone(origin + "/ATServicesRest/", 5));

    failed(
        verify(login(), "&allowedOrigins=" + autotask.origin() + "," + origin),
        Kind.PROVIDER_ERROR);
    garbage.close();
  }

  @Test
  void a_port_where_nobody_listens_is_unreachable() throws Exception {
    PlayedAutotask gone = new PlayedAutotask(vertx);
    String origin = gone.origin();
    gone.close();

    failed(verify(login(), "&discoveryUrl=" + origin + "/ATServicesRest/"), Kind.UNREACHABLE);
  }

  @Test
  void the_deadline_ends_every_wait() throws Exception {
    autotask.onThresholds(request -> {});

    Exchange exchange = exchange(login());
    exchange.setProperty(AutotaskEndpoint.DEADLINE, Instant.now().plusMillis(300));
    failed(run(exchange, ""), Kind.TIMEOUT);

    Exchange late = exchange(login());
    late.setProperty(AutotaskEndpoint.DEADLINE, Instant.now().minusMillis(1));
    failed(run(late, ""), Kind.TIMEOUT);
  }

  @Test
  void three_calls_of_a_tenant_run_at_once_and_the_rest_wait_in_order() {
    List<HttpServerRequest> open = new CopyOnWriteArrayList<>();
    autotask.onThresholds(open::add);
    List<Exchange> done = new CopyOnWriteArrayList<>();
    List<Exchange> started = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      started.add(start(login("user" + i + "@example.com", SECRET), "&maxWaitingCalls=3", done));
      int expected = Math.min(i + 1, 3);
      await().untilAsserted(() -> assertThat(open).hasSize(expected));
      int lookUps = i + 1;
      await().untilAsserted(() -> assertThat(autotask.lookUps()).hasSize(lookUps));
      if (i < 6) {
        assertThat(done).isEmpty();
      }
    }

    await().untilAsserted(() -> assertThat(done).hasSize(1));
    AutotaskException refused = failed(done.get(0), Kind.THROTTLED);
    assertThat(refused.retryAfter()).isPositive();

    for (int i = 0; i < 6; i++) {
      int index = i;
      await().untilAsserted(() -> assertThat(open).hasSizeGreaterThan(index));
      json(200, THRESHOLDS).handle(open.get(i));
    }
    await().untilAsserted(() -> assertThat(done).hasSize(7));
    assertThat(open).hasSize(6);
    assertThat(done.subList(1, 7)).allMatch(exchange -> !exchange.isFailed());
  }

  @Test
  void a_tenant_near_its_limit_pauses_and_the_login_that_showed_it_is_verified() throws Exception {
    autotask.onThresholds(
        json(
            200,
            """
            {"externalRequestThreshold":10000,"requestThresholdTimeframe":60,"currentTimeframeRequestCount":9500}"""));
    verified(verify(login()));

    AutotaskException paused = failed(verify(login("other@example.com", SECRET)), Kind.THROTTLED);

    assertThat(paused.retryAfter()).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    assertThat(autotask.thresholdCalls()).hasSize(1);
    autotask.onZone(zone(autotask.origin() + "/ATServicesRest/", 99));
    verified(verify(login("another.tenant@example.com", SECRET)));
  }

  @Test
  void words_of_autotask_never_give_the_secret_back() throws Exception {
    autotask.onThresholds(
        json(500, "{\"errors\":[\"no\\u0007 \\r\\n'%s' and %s here\"]}".formatted(SECRET, CODE)));

    AutotaskException failure = failed(verify(login()), Kind.PROVIDER_REFUSED);

    assertThat(failure.providerMessage()).isEqualTo("no '********' and ******** here");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "a\r\nX-Injected: 1", "tab\there", "nul\0"})
  void a_secret_that_no_header_can_carry_is_not_sent(String secret) throws Exception {
    failed(verify(login(USER, secret)), Kind.INVALID_LOGIN);
    assertThat(autotask.received()).isEmpty();
  }

  @Test
  void a_user_name_with_a_colon_is_not_sent_by_basic() throws Exception {
    failed(verify(login("a:b@example.com", SECRET)), Kind.INVALID_LOGIN);
    verified(verify(login("a:b@example.com", SECRET), "&authentication=headers"));
  }

  @Test
  void credentials_come_from_a_bean_where_one_is_named() throws Exception {
    CredentialsSource source =
        exchange -> login(exchange.getMessage().getBody(String.class), SECRET);
    context.getRegistry().bind("fromBody", source);
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody("someone@example.com");

    verified(run(exchange, "&credentials=#fromBody"));

    assertThat(autotask.thresholdCalls().get(0).header("UserName"))
        .isEqualTo("someone@example.com");
  }

  @Test
  void a_body_of_another_type_fails_the_exchange_and_nothing_else() throws Exception {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(List.of());

    assertThat(run(exchange, "").getException()).isNotNull();
    assertThat(autotask.received()).isEmpty();
  }

  @Test
  void options_and_operations_that_do_not_exist_are_refused() {
    assertThatThrownBy(() -> context.getEndpoint("autotask:verify?maxConcurrent=3"))
        .hasMessageContaining("maxConcurrent");
    assertThatThrownBy(() -> context.getEndpoint("autotask:delete"))
        .hasStackTraceContaining("autotask:verify");
    assertThatThrownBy(() -> context.getEndpoint("autotask:verify").createConsumer(e -> {}))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private LoginCredentials login() {
    return login(USER, SECRET);
  }

  private LoginCredentials login(String user, String secret) {
    return new LoginCredentials(user, secret, null, autotask.origin() + "/");
  }

  private Exchange exchange(LoginCredentials login) {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(login);
    return exchange;
  }

  private Exchange verify(LoginCredentials login) throws Exception {
    return verify(login, "");
  }

  private Exchange verify(LoginCredentials login, String options) throws Exception {
    return run(exchange(login), options);
  }

  private Exchange run(Exchange exchange, String options) throws Exception {
    AsyncProducer producer = producer(options);
    CompletableFuture<Exchange> done = new CompletableFuture<>();
    AtomicInteger callbacks = new AtomicInteger();
    producer.process(
        exchange,
        doneSync -> {
          callbacks.incrementAndGet();
          done.complete(exchange);
        });
    await().atMost(Duration.ofSeconds(10)).until(done::isDone);
    assertThat(callbacks).hasValue(1);
    return exchange;
  }

  private Exchange start(LoginCredentials login, String options, List<Exchange> done) {
    Exchange exchange = exchange(login);
    producer(options).process(exchange, doneSync -> done.add(exchange));
    return exchange;
  }

  /** Options given here win over the usual ones; one endpoint per set of options, as in a route. */
  private AsyncProducer producer(String options) {
    StringBuilder uri = new StringBuilder("autotask:verify?x=");
    add(uri, options, "discoveryUrl", autotask.origin() + "/ATServicesRest/");
    add(uri, options, "allowedOrigins", autotask.origin());
    add(uri, options, "integrationCode", CODE);
    String text = (uri + options).replace("verify?x=&", "verify?");
    try {
      AsyncProducer producer =
          producers.computeIfAbsent(
              text,
              key -> {
                try {
                  return context.getEndpoint(key).createAsyncProducer();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      producer.start();
      return producer;
    } catch (RuntimeException e) {
      throw new IllegalStateException(e);
    }
  }

  private final java.util.Map<String, AsyncProducer> producers = new java.util.HashMap<>();

  private static void add(StringBuilder uri, String options, String name, String value) {
    if (!options.contains("&" + name + "=")) {
      uri.append('&').append(name).append('=').append(value);
    }
  }

  private static VerifiedLogin verified(Exchange exchange) {
    assertThat(exchange.getException()).isNull();
    return exchange.getMessage().getBody(VerifiedLogin.class);
  }

  private static AutotaskException failed(Exchange exchange, Kind kind) {
    assertThat(exchange.getException()).isInstanceOf(AutotaskException.class);
    AutotaskException failure = (AutotaskException) exchange.getException();
    assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
    assertThat(failure.getMessage() + failure.providerMessage()).doesNotContain(SECRET);
    return failure;
  }
}
