package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.RunningApplication.ORGANIZATION_SECRET;
import static io.autotaskprovisioner.RunningApplication.USER_SECRET;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.Map;
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
    int[] codes = new int[6];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = authenticate(victim, "a guess with number " + i).statusCode();
    }
    assertThat(codes[0]).isEqualTo(401);
    HttpResponse<String> slowed = null;
    // A busy machine gives back a try every five seconds meanwhile.
    for (int i = 0; i < 50 && (slowed == null || slowed.statusCode() != 429); i++) {
      slowed = authenticate(victim, "one more guess");
    }
    assertThat(slowed.statusCode()).isEqualTo(429);
    assertThat(Integer.parseInt(slowed.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(1, 6);
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
        application.post("/accounts", account(email.toUpperCase(java.util.Locale.ROOT), PASSWORD));
    assertThat(second.statusCode()).isEqualTo(409);
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
