package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.RunningApplication.ORGANIZATION_SECRET;
import static io.autotaskprovisioner.RunningApplication.USER_SECRET;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.RunningApplication;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients and data of the hosted service do on their first day here. */
class MovingInTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UNAUTHORIZED =
      "Invalid Organization or User secret, or invalid Element token provided.";
  private static final String FORM = "/elements/j_spring_security_check";
  private static final String COOKIE_SECRETS = "/elements/api-v1/ui/getSecrets";
  private static final String AUTHENTICATION = "/elements/api-v2/authentication";
  private static final String ADMIN = "admin@localhost";
  private static final String PASSWORD = "the first & best=password";

  @TempDir static Path folder;
  private static RunningApplication application;
  private static int newcomers;

  @BeforeAll
  static void start() throws Exception {
    application =
        RunningApplication.start(
            folder, Map.of("account.initial.password", PASSWORD, "http.body-limit", "65536"));
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @Test
  void a_form_gives_a_cookie_that_opens_the_two_secrets() throws Exception {
    HttpResponse<String> login = form("j_username=" + ADMIN + "&j_password=" + encoded(PASSWORD));

    assertThat(login.statusCode()).as(login.body()).isEqualTo(200);
    String cookie = login.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie)
        .contains("HTTPOnly", "SameSite=Strict", "Path=/elements/api-v1/ui", "Max-Age=600")
        .doesNotContain("Secure");
    HttpResponse<String> secrets = withCookie("other=1; " + cookie.split(";", 2)[0]);
    assertThat(secrets.statusCode()).as(secrets.body()).isEqualTo(200);
    assertThat(json(secrets).path("user").asText()).isEqualTo(USER_SECRET);
    assertThat(json(secrets).path("company").asText()).isEqualTo(ORGANIZATION_SECRET);
    for (HttpResponse<String> answer : List.of(login, secrets)) {
      assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
      assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
    }
  }

  @Test
  void json_gives_a_token_that_opens_the_two_secrets() throws Exception {
    HttpResponse<String> login = authenticate(ADMIN, PASSWORD);

    assertThat(login.statusCode()).as(login.body()).isEqualTo(200);
    assertThat(login.headers().firstValue("Cache-Control")).contains("no-store");
    HttpResponse<String> secrets = withToken(json(login).path("token").asText());
    assertThat(secrets.statusCode()).as(secrets.body()).isEqualTo(200);
    assertThat(json(secrets).path("userSecret").asText()).isEqualTo(USER_SECRET);
    assertThat(json(secrets).path("organizationSecret").asText()).isEqualTo(ORGANIZATION_SECRET);
  }

  @Test
  void a_session_of_one_kind_opens_nothing_else() throws Exception {
    String token = json(authenticate(ADMIN, PASSWORD)).path("token").asText();
    assertThat(withCookie("elements-session=" + token).statusCode()).isEqualTo(401);
    String cookie =
        form("j_username=" + ADMIN + "&j_password=" + encoded(PASSWORD))
            .headers()
            .firstValue("Set-Cookie")
            .orElseThrow()
            .split(";", 2)[0];
    assertThat(withToken(cookie.split("=", 2)[1]).statusCode()).isEqualTo(401);
    HttpResponse<String> instances =
        application.send(
            HttpRequest.newBuilder(application.uri("/elements/api-v2/instances"))
                .header("Cookie", cookie)
                .header("Authorization", "Bearer " + token));
    assertThat(instances.statusCode()).isEqualTo(401);
  }

  @Test
  void every_failed_login_is_the_same_401_and_shows_nothing_of_what_was_sent() throws Exception {
    String withoutPassword = "no-password-" + ++newcomers + "@example.com";
    create(withoutPassword, null);
    for (HttpResponse<String> failed :
        List.of(
            authenticate(ADMIN, "a wrong password of mine"),
            authenticate("nobody@example.com", PASSWORD),
            authenticate(withoutPassword, PASSWORD),
            authenticate("nul\0@example.com", PASSWORD),
            authenticate("", ""),
            form("j_username=nobody%40example.com&j_password=a+wrong+password"))) {
      assertThat(failed.statusCode()).as(failed.body()).isEqualTo(401);
      assertThat(json(failed).path("message").asText()).isEqualTo(UNAUTHORIZED);
      assertThat(failed.headers().firstValue("Set-Cookie")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "j_username=a%40example.com",
        "j_username=a&j_username=b&j_password=c",
        "j_username=%zz&j_password=c",
        "j_password=only"
      })
  void a_form_that_is_none_is_refused_in_words(String body) throws Exception {
    HttpResponse<String> refused = form(body);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(json(refused).path("message").asText()).isNotBlank();
  }

  @Test
  void a_login_takes_a_form_where_a_form_belongs_and_json_where_json_belongs() throws Exception {
    HttpResponse<String> jsonForForm = application.post(FORM, "{}");
    assertThat(jsonForForm.statusCode()).isEqualTo(415);
    assertThat(json(jsonForForm).path("message").asText()).contains("x-www-form-urlencoded");
    HttpResponse<String> formForJson =
        application.send(
            application
                .request("POST", AUTHENTICATION, "username=a&password=b")
                .setHeader("Content-Type", "application/x-www-form-urlencoded"));
    assertThat(formForJson.statusCode()).isEqualTo(415);
    for (String body : new String[] {"[]", "{}", "null", "{\"username\":1,\"password\":2}", "{"}) {
      assertThat(application.post(AUTHENTICATION, body).statusCode()).as(body).isEqualTo(400);
    }
    assertThat(form("j_username=a&j_password=" + "b".repeat(70_000)).statusCode()).isEqualTo(413);
  }

  @Test
  void guessing_is_slowed_and_holds_back_no_other_name() throws Exception {
    String victim = "victim-" + ++newcomers + "@example.com";
    create(victim, PASSWORD);
    // At once: a busy machine would give back a try every five seconds meanwhile.
    List<CompletableFuture<HttpResponse<String>>> guesses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String guess = "a guess with number " + i;
      guesses.add(CompletableFuture.supplyAsync(() -> uncheckedly(victim, guess)));
    }
    List<HttpResponse<String>> slowed =
        guesses.stream()
            .map(CompletableFuture::join)
            .filter(answer -> answer.statusCode() == 429)
            .toList();
    assertThat(slowed).isNotEmpty();
    for (HttpResponse<String> answer : slowed) {
      assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
          .isBetween(1, 6);
    }
    assertThat(authenticate(ADMIN, PASSWORD).statusCode()).isEqualTo(200);
  }

  @Test
  void administrators_set_change_and_remove_a_password() throws Exception {
    String email = "newcomer-" + ++newcomers + "@example.com";
    JsonNode account = create(email, PASSWORD);
    assertThat(account.path("login").asBoolean()).isTrue();
    String path = "/accounts/" + account.path("id").asLong() + "/password";
    String token = json(authenticate(email, PASSWORD)).path("token").asText();

    HttpResponse<String> changed =
        application.send(application.request("PUT", path, password("another password")));

    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    assertThat(changed.body()).doesNotContain("another password");
    assertThat(withToken(token).statusCode()).isEqualTo(401);
    assertThat(authenticate(email, PASSWORD).statusCode()).isEqualTo(401);
    String renewed = json(authenticate(email, "another password")).path("token").asText();
    assertThat(withToken(renewed).statusCode()).isEqualTo(200);

    HttpResponse<String> removed = application.send(application.request("DELETE", path, "null"));
    assertThat(json(removed).path("login").asBoolean()).isFalse();
    assertThat(withToken(renewed).statusCode()).isEqualTo(401);
    assertThat(authenticate(email, "another password").statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "PUT,/accounts/999999/password,long enough to be one,404",
    "PUT,/accounts/1000/password,too short,400",
    "DELETE,/accounts/999999/password,,404"
  })
  void what_cannot_be_a_password_or_has_no_account_is_told(
      String method, String path, String password, int statusCode) throws Exception {
    String body = password == null ? null : password(password);
    HttpResponse<String> refused = application.send(application.request(method, path, body));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(statusCode);
    assertThat(json(refused).path("message").asText()).doesNotContain("too short");
  }

  @Test
  void a_member_sets_no_password_and_an_address_logs_in_once() throws Exception {
    String email = "double-" + ++newcomers + "@example.com";
    JsonNode account = create(email, PASSWORD);
    String path = "/accounts/" + account.path("id").asLong() + "/password";
    for (String method : new String[] {"PUT", "DELETE"}) {
      HttpResponse<String> refused =
          application.send(
              application
                  .request(method, path, password("long enough to be one"))
                  .setHeader("Authorization", account.path("authorization").asText()));
      assertThat(refused.statusCode()).isEqualTo(403);
    }
    HttpResponse<String> second =
        application.post("/accounts", account(email.toUpperCase(Locale.ROOT), PASSWORD));
    assertThat(second.statusCode()).isEqualTo(409);
  }

  @Test
  void an_imported_instance_answers_as_if_it_had_been_made_here() throws Exception {
    ObjectNode instance = exported(45_001, 1);
    ((ObjectNode) instance.get("configuration"))
        .put("event.notification.enabled", "true")
        .put("event.notification.callback.url", "https://example.com/hook")
        .put("event.notification.signature.key", "********");
    instance.put("disabled", true).put("traceLoggingEnabled", true).put("unheardOf", "thing");
    ObjectNode credentials = JSON.createObjectNode().put("id", 45_001).put("password", "secret-1");
    credentials.put("event.notification.signature.key", "a-key-of-16-byte");

    JsonNode done = awaitEnd(begin(imports(List.of(instance), List.of(credentials))));

    assertThat(done.path("status").asText()).as(done.toString()).isEqualTo("IMPORTED");
    JsonNode shown = json(application.get("/elements/api-v2/instances/45001"));
    for (String field :
        List.of("id", "name", "token", "createdDate", "tags", "disabled", "traceLoggingEnabled")) {
      assertThat(shown.path(field).toString()).as(field).isEqualTo(instance.path(field).toString());
    }
    assertThat(shown.at("/element/id").asInt()).isEqualTo(8152);
    assertThat(shown.path("valid").asBoolean()).isTrue();
    assertThat(shown.at("/configuration/finance.autotask.password").asText()).isEqualTo("********");
    assertThat(shown.at("/configuration/event.notification.signature.key").asText())
        .isEqualTo("********");
    assertThat(shown.path("eventsNotificationCallbackUrl").asText())
        .isEqualTo("https://example.com/hook");
    assertThat(application.get("/elements/api-v2/instances?searchText=Moved%201").body())
        .contains("\"id\":45001");
    HttpResponse<String> byToken =
        application.send(
            application
                .request("GET", "/elements/api-v2/instances/configuration", null)
                .setHeader(
                    "Authorization",
                    RunningApplication.AUTHORIZATION
                        + ", Element "
                        + instance.get("token").asText()));
    assertThat(byToken.statusCode()).as(byToken.body()).isEqualTo(200);
    assertThat(byToken.body()).contains("user-1@customer-1.example").doesNotContain("secret-1\"");
    assertThat(
            json(application.get("/elements/api-v2/instances/45001/autotask"))
                .path("databaseId")
                .asLong())
        .isEqualTo(100_001);
  }

  @Test
  void the_same_import_sent_again_changes_nothing_and_adds_what_is_new() throws Exception {
    List<ObjectNode> first = List.of(exported(45_101, 11));
    awaitEnd(begin(imports(first, List.of(credentials(45_101, 11)))));
    List<ObjectNode> both = List.of(exported(45_101, 11), exported(45_102, 12));
    List<ObjectNode> credentials = List.of(credentials(45_101, 11), credentials(45_102, 12));

    JsonNode look = json(application.post("/imports", dry(imports(both, credentials))));
    assertThat(look.path("wouldBeImported").asInt()).as(look.toString()).isEqualTo(1);
    assertThat(look.path("present").asInt()).isEqualTo(1);
    assertThat(instance(45_102)).isEqualTo(404);

    JsonNode again = awaitEnd(begin(imports(both, credentials)));
    assertThat(again.path("status").asText()).isEqualTo("IMPORTED");
    assertThat(again.path("present").asInt()).isEqualTo(1);
    JsonNode third = awaitEnd(begin(imports(both, credentials)));
    assertThat(third.path("status").asText()).isEqualTo("IMPORTED");
    assertThat(third.path("present").asInt()).isEqualTo(2);
    assertThat(instance(45_102)).isEqualTo(200);
  }

  @Test
  void one_login_that_autotask_rejects_keeps_all_out_until_its_credentials_are_corrected()
      throws Exception {
    List<ObjectNode> instances = List.of(exported(45_201, 21), exported(45_202, 22));
    ObjectNode wrong = credentials(45_202, 22).put("username", "nobody@nowhere.example");

    JsonNode failed = awaitEnd(begin(imports(instances, List.of(credentials(45_201, 21), wrong))));

    assertThat(failed.path("status").asText()).as(failed.toString()).isEqualTo("FAILED");
    assertThat(failed.path("proven").asInt()).isEqualTo(1);
    assertThat(failed.at("/failures/0/id").asLong()).isEqualTo(45_202);
    assertThat(failed.at("/failures/0/failureClass").asText()).isEqualTo("UNKNOWN_LOGIN");
    assertThat(instance(45_201)).isEqualTo(404);
    assertThat(instance(45_202)).isEqualTo(404);
    JsonNode corrected =
        awaitEnd(
            begin(imports(instances, List.of(credentials(45_201, 21), credentials(45_202, 22)))));
    assertThat(corrected.path("status").asText()).isEqualTo("IMPORTED");
    assertThat(instance(45_201)).isEqualTo(200);
    assertThat(json(application.get("/imports")).findValuesAsText("status"))
        .contains("FAILED", "IMPORTED");
  }

  @Test
  void every_problem_is_told_with_its_way_out_before_anything_begins() throws Exception {
    awaitEnd(begin(imports(List.of(exported(45_301, 31)), List.of(credentials(45_301, 31)))));
    ObjectNode foreign = exported(45_303, 33);
    foreign.putObject("element").put("key", "sfdc");
    ObjectNode masked = exported(45_306, 36);
    ((ObjectNode) masked.get("configuration")).put("my.api.key", "********");
    ObjectNode sameToken = exported(45_308, 38);
    sameToken.set("token", exported(45_307, 37).get("token"));
    ObjectNode takenToken = exported(45_309, 39);
    takenToken.set("token", exported(45_301, 31).get("token"));
    ObjectNode withoutToken = exported(45_310, 40);
    withoutToken.remove("token");

    HttpResponse<String> answer =
        application.post(
            "/imports",
            imports(
                    List.of(
                        exported(45_301, 32),
                        foreign,
                        exported(45_304, 34),
                        masked,
                        exported(45_307, 37),
                        sameToken,
                        takenToken,
                        withoutToken),
                    List.of(
                        credentials(45_301, 32),
                        credentials(45_306, 36),
                        credentials(45_307, 37),
                        credentials(45_308, 38),
                        credentials(45_309, 39),
                        credentials(45_310, 40),
                        credentials(99_999, 1)))
                .toString());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(json(answer).path("problems").findValuesAsText("problem"))
        .hasSize(8)
        .anyMatch(problem -> problem.contains("element 'sfdc'"))
        .anyMatch(problem -> problem.contains("has no credentials"))
        .anyMatch(problem -> problem.contains("my.api.key"))
        .anyMatch(problem -> problem.contains("the token of instance number 5"))
        .anyMatch(problem -> problem.contains("Its token is that of instance 45301"))
        .anyMatch(problem -> problem.contains("Its id is that of another instance"))
        .anyMatch(problem -> problem.contains("Its token is missing"))
        .anyMatch(problem -> problem.contains("number 7 belong to no instance"));
    assertThat(json(answer).path("problems").findValuesAsText("wayOut"))
        .allMatch(wayOut -> wayOut.length() > 20);
    assertThat(answer.body()).doesNotContain("secret-");
  }

  @Test
  void instances_of_other_elements_are_left_out_where_that_was_asked() throws Exception {
    ObjectNode foreign = exported(45_401, 41);
    foreign.putObject("element").put("key", "sfdc");
    ObjectNode body =
        imports(List.of(foreign, exported(45_402, 42)), List.of(credentials(45_402, 42)));
    body.put("skipOtherElements", true);

    JsonNode begun = begin(body);

    assertThat(begun.at("/skipped/0/id").asText()).isEqualTo("45401");
    assertThat(begun.at("/skipped/0/element").asText()).isEqualTo("sfdc");
    assertThat(awaitEnd(begun).path("status").asText()).isEqualTo("IMPORTED");
    assertThat(instance(45_401)).isEqualTo(404);
  }

  @Test
  void an_instance_without_an_id_gets_one_and_belongs_to_the_account_that_was_named()
      throws Exception {
    JsonNode owner = create("owner-" + ++newcomers + "@example.com", null);
    ObjectNode instance = exported(1, 51);
    instance.remove("id");
    ObjectNode body =
        imports(
            List.of(instance),
            List.of(
                JSON.createObjectNode()
                    .put("username", "USER-51@customer-51.example")
                    .put("password", "secret-51")));
    body.put("account", owner.path("id").asLong());

    assertThat(awaitEnd(begin(body)).path("status").asText()).isEqualTo("IMPORTED");

    HttpResponse<String> list =
        application.send(
            application
                .request("GET", "/elements/api-v2/instances", null)
                .setHeader("Authorization", owner.path("authorization").asText()));
    assertThat(json(list).at("/0/token")).isEqualTo(instance.get("token"));
    assertThat(json(list).at("/0/id").asLong()).isPositive();
    assertThat(awaitEnd(begin(body)).path("present").asInt()).as("again").isEqualTo(1);
  }

  @Test
  void an_import_that_waits_for_autotask_is_cancelled_and_forgets_its_secrets() throws Exception {
    application.simulator().set("latencyMillis", 5_000);
    JsonNode begun =
        begin(imports(List.of(exported(45_601, 61)), List.of(credentials(45_601, 61))));
    HttpResponse<String> cancelled =
        application.post("/imports/" + begun.path("id").asLong() + "/cancel", null);
    application.simulator().set("latencyMillis", 0);

    assertThat(json(cancelled).path("status").asText()).isEqualTo("CANCELLED");
    assertThat(application.get("/imports/" + begun.path("id").asLong()).statusCode())
        .isEqualTo(200);
    assertThat(application.post("/imports/999999/cancel", null).statusCode()).isEqualTo(404);
    assertThat(instance(45_601)).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | JSON object",
        "{} | instances must be an array",
        "{\"instances\":[],\"credentials\":[]} | 1 to 10,000",
        "{\"instances\":[{}],\"credentials\":[],\"dryrun\":true} | unknown field",
        "{\"instances\":[{}],\"credentials\":[],\"account\":999999} | No account found",
        "{\"instances\":[{}],\"credentials\":[],\"dryRun\":\"yes\"} | true or false"
      })
  void a_body_that_is_no_import_is_told_so(String body, String sentence) throws Exception {
    HttpResponse<String> refused = application.post("/imports", body);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(json(refused).path("message").asText()).contains(sentence);
  }

  @Test
  void a_member_imports_nothing() throws Exception {
    String member =
        create("member-" + ++newcomers + "@example.com", null).path("authorization").asText();
    for (String call : new String[] {"POST /imports", "GET /imports", "GET /imports/1000"}) {
      String[] parts = call.split(" ");
      HttpResponse<String> refused =
          application.send(
              application.request(parts[0], parts[1], null).setHeader("Authorization", member));
      assertThat(refused.statusCode()).as(call).isEqualTo(403);
    }
  }

  /** As the hosted service showed it, down to what means nothing here. */
  private static ObjectNode exported(long id, int customer) {
    ObjectNode instance =
        JSON.createObjectNode()
            .put("id", id)
            .put("name", "Moved " + customer)
            .put("createdDate", "2017-08-07T18:46:38Z")
            .put("token", "token/of+customer-%d=".formatted(customer));
    instance
        .putObject("element")
        .put("id", 4895)
        .put("key", "autotaskfinance")
        .put("hub", "finance");
    instance.put("elementId", 4895);
    instance.putArray("tags").add("moved").add("number " + customer);
    instance.putArray("provisionInteractions");
    instance.put("valid", true).put("disabled", false).put("maxCacheSize", 0);
    instance
        .putObject("configuration")
        .put("finance.autotask.username", "user-%1$d@customer-%1$d.example".formatted(customer))
        .put("finance.autotask.password", "********")
        .put("finance.autotask.server.url", "https://ww3.autotask.net")
        .put("filter.response.nulls", "true")
        .putNull("event.objects");
    instance.put("eventsEnabled", false).put("traceLoggingEnabled", false);
    instance.put("externalAuthentication", "none").putObject("user").put("id", 12345);
    return instance;
  }

  private static ObjectNode credentials(long id, int customer) {
    return JSON.createObjectNode().put("id", id).put("password", "secret-" + customer);
  }

  private static ObjectNode imports(List<ObjectNode> instances, List<ObjectNode> credentials) {
    ObjectNode body = JSON.createObjectNode();
    body.putArray("instances").addAll(instances);
    body.putArray("credentials").addAll(credentials);
    return body;
  }

  private static String dry(ObjectNode body) {
    return body.put("dryRun", true).toString();
  }

  private static JsonNode begin(ObjectNode body) throws Exception {
    HttpResponse<String> begun = application.post("/imports", body.toString());
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
    assertThat(begun.headers().firstValue("Location"))
        .contains("/imports/" + json(begun).path("id").asLong());
    return json(begun);
  }

  private static JsonNode awaitEnd(JsonNode begun) {
    String path = "/imports/" + begun.path("id").asLong();
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> json(application.get(path)),
            state -> !state.path("status").asText().equals("PROVING"));
  }

  private static int instance(long id) throws Exception {
    return application.get("/elements/api-v2/instances/" + id).statusCode();
  }

  private static JsonNode create(String email, String password) throws Exception {
    HttpResponse<String> created = application.post("/accounts", account(email, password));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return json(created);
  }

  private static String account(String email, String password) {
    ObjectNode body =
        JSON.createObjectNode()
            .put("email", email)
            .put("firstName", "New")
            .put("lastName", "Comer");
    return (password == null ? body : body.put("password", password)).toString();
  }

  private static String password(String password) {
    return JSON.createObjectNode().put("password", password).toString();
  }

  /** Without any secret: a login is what one does before one has them. */
  private static HttpResponse<String> authenticate(String userName, String password)
      throws Exception {
    String body =
        JSON.createObjectNode().put("username", userName).put("password", password).toString();
    return application.send(
        HttpRequest.newBuilder(application.uri(AUTHENTICATION))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> uncheckedly(String userName, String password) {
    try {
      return authenticate(userName, password);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> form(String body) throws Exception {
    return application.send(
        HttpRequest.newBuilder(application.uri(FORM))
            .header("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
            .POST(BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> withCookie(String cookie) throws Exception {
    return application.send(
        HttpRequest.newBuilder(application.uri(COOKIE_SECRETS)).header("Cookie", cookie));
  }

  private static HttpResponse<String> withToken(String token) throws Exception {
    return application.send(
        HttpRequest.newBuilder(application.uri(AUTHENTICATION + "/secrets"))
            .header("Authorization", "Bearer " + token));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
