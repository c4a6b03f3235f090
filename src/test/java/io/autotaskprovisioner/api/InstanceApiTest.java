package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.RunningApplication.ORGANIZATION_SECRET;
import static io.autotaskprovisioner.RunningApplication.USER_SECRET;
import static io.autotaskprovisioner.RunningApplication.json;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.simulator.Fault;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceApiTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String INSTANCES = "/elements/api-v2/instances";

  @TempDir static Path folder;
  private static RunningApplication application;
  private static int customer;

  @BeforeAll
  static void start() throws Exception {
    application =
        RunningApplication.start(
            folder,
            Map.of(
                "http.body-limit",
                "65536",
                "http.max-concurrent-requests",
                "20",
                // Else tenants of other tests are asked while calls are counted.
                "enrichment.enabled",
                "false"));
    // One accepted login, so that a test's rejected ones do not make the integration code suspect.
    assertThat(application.post(INSTANCES, validBody("first").toString()).statusCode())
        .isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @BeforeEach
  void clearFaults() {
    application.simulator().clearFaults();
  }

  /** A valid body with a login of its own. */
  private static ObjectNode validBody(String name) {
    int number = ++customer;
    ObjectNode body = JSON.createObjectNode().put("name", name);
    body.putObject("element").put("key", "autotaskfinance");
    body.putArray("tags").add("ops");
    body.putObject("configuration")
        .put("finance.autotask.username", "user-%d@customer-%d.example".formatted(number, number))
        .put("finance.autotask.password", "secret-" + number)
        .put("finance.autotask.server.url", "https://ww3.autotask.net");
    return body;
  }

  private static ObjectNode configuration(ObjectNode body) {
    return (ObjectNode) body.get("configuration");
  }

  private static long count() throws Exception {
    return Long.parseLong(
        application
            .get(INSTANCES + "?pageSize=1")
            .headers()
            .firstValue("Elements-Total-Count")
            .orElseThrow());
  }

  @Test
  void a_provisioned_instance_is_the_published_sample_field_for_field_in_its_order()
      throws Exception {
    HttpResponse<String> response =
        application.post(INSTANCES, validBody("API Instance").toString());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonNode sample;
    try (InputStream file = getClass().getResourceAsStream("/api/published-sample.json")) {
      sample = JSON.readTree(file);
    }
    JsonNode instance = json(response);
    assertThat(names(instance)).isEqualTo(names(sample));
    assertThat(names(instance.get("element"))).isEqualTo(names(sample.get("element")));
    assertThat(instance.get("element")).isEqualTo(sample.get("element"));
    for (String constant :
        List.of(
            "elementId",
            "provisionInteractions",
            "valid",
            "disabled",
            "maxCacheSize",
            "cacheTimeToLive",
            "eventsEnabled",
            "traceLoggingEnabled",
            "cachingEnabled",
            "externalAuthentication")) {
      assertThat(instance.get(constant)).as(constant).isEqualTo(sample.get(constant));
    }
    assertThat(instance.get("createdDate").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    assertThat(instance.get("token").asText()).hasSize(44);
    assertThat(instance.get("tags").toString()).isEqualTo("[\"ops\"]");
    assertThat(instance.get("user").size()).isEqualTo(1);
  }

  @Test
  void the_configuration_is_echoed_with_the_secrets_masked_and_the_password_shows_nowhere()
      throws Exception {
    ObjectNode body = validBody("Masked");
    configuration(body).put("finance.autotask.integration.code", "DEMO0CODE0DEMO0CODE0DEMO0CO");
    configuration(body).put("event.notification.enabled", false).put("custom.number", 15);
    String secret = configuration(body).get("finance.autotask.password").asText();

    HttpResponse<String> created = application.post(INSTANCES, body.toString());
    String id = json(created).get("id").asText();
    HttpResponse<String> shown = application.get(INSTANCES + "/" + id);

    for (HttpResponse<String> response : List.of(created, shown)) {
      JsonNode echo = json(response).get("configuration");
      assertThat(echo.get("finance.autotask.password").asText()).isEqualTo("********");
      assertThat(echo.get("finance.autotask.integration.code").asText()).isEqualTo("********");
      assertThat(echo.get("event.notification.enabled").asText()).isEqualTo("false");
      assertThat(echo.get("event.notification.enabled").isTextual()).isTrue();
      assertThat(echo.get("custom.number").isTextual()).isTrue();
      assertThat(response.body()).doesNotContain("\"" + secret + "\"");
    }
    JsonNode user = json(shown).get("user");
    assertThat(names(user)).containsExactly("id", "emailAddress", "firstName", "lastName");
    assertThat(json(shown).get("token")).isEqualTo(json(created).get("token"));
  }

  @Test
  void what_autotask_said_is_shown_beside_the_instance() throws Exception {
    HttpResponse<String> created = application.post(INSTANCES, validBody("Tenant").toString());
    JsonNode tenant =
        json(application.get(INSTANCES + "/" + json(created).get("id").asText() + "/autotask"));

    assertThat(tenant.get("requestThreshold").asInt()).isEqualTo(10_000);
    assertThat(tenant.get("databaseId").asLong()).isPositive();
    assertThat(tenant.get("zoneUrl").asText()).startsWith("http://127.0.0.1:");
  }

  @Test
  void omitted_tags_become_the_sanitised_name_and_empty_ones_stay_empty() throws Exception {
    ObjectNode omitted = validBody("<a href=\"#\" onClick=\"x()\">abc</a> & @ Co");
    omitted.remove("tags");
    ObjectNode empty = validBody("Empty");
    empty.putArray("tags");

    JsonNode instance = json(application.post(INSTANCES, omitted.toString()));
    assertThat(instance.get("name").asText()).isEqualTo("abc & @ Co");
    assertThat(instance.get("tags").get(0)).isEqualTo(instance.get("name"));
    assertThat(json(application.post(INSTANCES, empty.toString())).get("tags")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Organization %2$s, User %1$s",
        "User %1$s, Organization %2$s Element abc/def=",
        "  user   %1$s ,organization %2$s  ",
        "Element t, User %1$s, Organization %2$s"
      })
  void the_authorization_pairs_come_in_any_order_and_spacing(String header) throws Exception {
    HttpRequest.Builder request =
        application
            .request("GET", INSTANCES, null)
            .setHeader("Authorization", header.formatted(USER_SECRET, ORGANIZATION_SECRET));
    assertThat(application.send(request).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"User x, Organization y", "", "User %1$s", "Organization %2$s", "Basic abc"})
  void wrong_or_missing_secrets_are_401_with_the_known_sentence(String header) throws Exception {
    HttpResponse<String> response =
        application.send(
            application
                .request("POST", INSTANCES, validBody("x").toString())
                .setHeader("Authorization", header.formatted(USER_SECRET, ORGANIZATION_SECRET)));
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(json(response).get("message").asText())
        .isEqualTo("Invalid Organization or User secret, or invalid Element token provided.");
  }

  @Test
  void every_answer_bears_a_request_id_that_errors_repeat() throws Exception {
    HttpResponse<String> good = application.get(INSTANCES);
    HttpResponse<String> bad = application.get(INSTANCES + "/999999999999");

    assertThat(good.headers().firstValue("Elements-Request-Id").orElseThrow())
        .matches("[0-9a-f]{24}");
    assertThat(bad.statusCode()).isEqualTo(404);
    assertThat(json(bad).get("requestId").asText())
        .isEqualTo(bad.headers().firstValue("Elements-Request-Id").orElseThrow());
    assertThat(bad.headers().firstValue("Content-Type")).contains("application/json;charset=UTF-8");
  }

  @Test
  void an_unknown_element_is_404_and_the_id_in_the_path_works_as_its_key() throws Exception {
    ObjectNode unknown = validBody("n");
    unknown.putObject("element").put("key", "nope");
    HttpResponse<String> response = application.post(INSTANCES, unknown.toString());
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(json(response).get("message").asText()).isEqualTo("No element found with key nope");

    for (String reference : List.of("8152", "4895", "autotaskfinance")) {
      ObjectNode body = validBody("By path");
      body.remove("element");
      HttpResponse<String> created =
          application.post(
              "/elements/api-v2/elements/" + reference + "/instances", body.toString());
      assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
      assertThat(json(created).get("elementId").asInt()).isEqualTo(8152);
    }
  }

  @Test
  void every_missing_configuration_key_is_named() throws Exception {
    ObjectNode body = validBody("n");
    configuration(body).remove("finance.autotask.password");
    configuration(body).put("finance.autotask.server.url", "");

    HttpResponse<String> response = application.post(INSTANCES, body.toString());

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).get("message").asText())
        .contains("finance.autotask.password", "finance.autotask.server.url");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | application/json | 400",
        "[] | application/json | 400",
        "{} | application/json | 400",
        "'' | application/json | 400",
        "null | application/json | 400",
        "{\"name\":\"a\",\"name\":\"b\"} | application/json | 400",
        "{} trailing | application/json | 400",
        "{\"name\":\"a\"} | text/plain | 415",
        "{\"name\":\"a\"} | application/x-www-form-urlencoded | 415",
        "{\"name\":\"a\"} | multipart/form-data;boundary=x | 415"
      })
  void a_body_that_is_no_request_is_refused(String body, String mediaType, int status)
      throws Exception {
    HttpResponse<String> response =
        application.send(
            application.request("POST", INSTANCES, body).setHeader("Content-Type", mediaType));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(json(response).get("message").asText()).isNotBlank();
  }

  @Test
  void invalid_utf8_deep_nesting_and_a_large_body_are_refused_without_echo() throws Exception {
    byte[] invalid = {'{', '"', 'n', '"', ':', '"', (byte) 0xC3, (byte) 0x28, '"', '}'};
    String deep = "{\"configuration\":" + "[".repeat(5000) + "]".repeat(5000) + "}";
    String large = "{\"name\":\"" + "x".repeat(70_000) + "\"}";

    assertThat(
            application
                .send(
                    application
                        .request("POST", INSTANCES, null)
                        .method("POST", BodyPublishers.ofByteArray(invalid)))
                .statusCode())
        .isEqualTo(400);
    assertThat(application.post(INSTANCES, deep).statusCode()).isEqualTo(400);
    HttpResponse<String> tooLarge = application.post(INSTANCES, large);
    assertThat(tooLarge.statusCode()).isEqualTo(413);
    assertThat(tooLarge.body()).doesNotContain("xxx");
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, 200",
    "*/*, 200",
    "'text/html, application/*;q=0.5', 200",
    "application/xml, 406",
    "application/json;q=0, 406"
  })
  void json_is_answered_where_the_caller_accepts_it(String accept, int status) throws Exception {
    HttpResponse<String> response =
        application.send(application.request("GET", INSTANCES, null).header("Accept", accept));
    assertThat(response.statusCode()).isEqualTo(status);
  }

  @Test
  void a_query_that_cannot_be_decoded_is_400_and_takes_no_place() throws Exception {
    for (int i = 0; i < 50; i++) {
      assertThat(raw("GET /batches?x=%zz HTTP/1.1")).contains(" 400 ");
    }
    assertThat(application.get("/batches").statusCode()).isEqualTo(200);
  }

  private static String raw(String requestLine) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", application.uri("/").getPort())) {
      socket
          .getOutputStream()
          .write((requestLine + "\r\nHost: x\r\nConnection: close\r\n\r\n").getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  @Test
  void a_request_for_later_is_refused_where_the_answer_is_the_instance() throws Exception {
    ObjectNode body = validBody("Later").put("notBefore", "2099-01-01T00:00:00Z");

    HttpResponse<String> answer = application.post(INSTANCES, body.toString());

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).path("message").asText()).startsWith("notBefore is not possible here");
  }

  @Test
  void a_url_that_holds_a_password_is_refused_without_showing_it() throws Exception {
    ObjectNode body = validBody("Callback");
    configuration(body).put("event.notification.callback.url", "https://me:hush@hooks.example/x");
    HttpResponse<String> response = application.post(INSTANCES, body.toString());
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("event.notification.callback.url").doesNotContain("hush");
  }

  @Test
  void a_wrong_method_is_405_and_an_unknown_path_404_with_error_bodies() throws Exception {
    HttpResponse<String> method = application.post(INSTANCES + "/1", "{}");
    HttpResponse<String> path = application.get("/nothing/here");

    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(json(method).has("requestId")).isTrue();
    assertThat(path.statusCode()).isEqualTo(404);
    assertThat(json(path).has("message")).isTrue();
  }

  @Test
  void a_rejected_password_creates_nothing_and_says_what_to_do() throws Exception {
    ObjectNode body = validBody("Rejected");
    configuration(body).put("finance.autotask.password", "wrong-password-value");
    long before = count();

    HttpResponse<String> response = application.post(INSTANCES, body.toString());

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).doesNotContain("wrong-password-value");
    assertThat(json(response).get("message").asText()).contains("user name, password");
    assertThat(count()).isEqualTo(before);
  }

  @Test
  void an_unknown_login_is_400_with_autotasks_own_words() throws Exception {
    ObjectNode body = validBody("Unknown");
    configuration(body).put("finance.autotask.username", "nobody@nowhere.example");

    HttpResponse<String> response = application.post(INSTANCES, body.toString());

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).get("providerMessage").asText())
        .contains("Zone information could not be determined");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://autotask.net.evil.example",
        "http://ww3.autotask.net",
        "https://ww3.autotask.net:8443",
        "https://user@ww3.autotask.net",
        "file:///etc/passwd",
        "{{env:PATH}}",
        "not a url"
      })
  void a_server_url_outside_autotask_is_refused_before_any_call(String url) throws Exception {
    ObjectNode body = validBody("Host");
    configuration(body).put("finance.autotask.server.url", url);
    int seen = application.simulator().requests().size();

    HttpResponse<String> response = application.post(INSTANCES, body.toString());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(application.simulator().requests()).hasSize(seen);
  }

  @Test
  void the_same_name_and_credentials_again_make_another_instance() throws Exception {
    ObjectNode body = validBody("Twice");
    JsonNode first = json(application.post(INSTANCES, body.toString()));
    JsonNode second = json(application.post(INSTANCES, body.toString()));

    assertThat(second.get("id")).isNotEqualTo(first.get("id"));
    assertThat(second.get("token")).isNotEqualTo(first.get("token"));
  }

  @Test
  void the_same_request_id_again_answers_the_instance_it_made() throws Exception {
    ObjectNode body = validBody("Once").put("requestId", "order-77");
    JsonNode first = json(application.post(INSTANCES, body.toString()));
    JsonNode second = json(application.post(INSTANCES, body.toString()));
    ObjectNode other = validBody("Other").put("requestId", "order-77");

    assertThat(second.get("id")).isEqualTo(first.get("id"));
    assertThat(application.post(INSTANCES, other.toString()).statusCode()).isEqualTo(409);
  }

  @Test
  void the_list_pages_through_every_instance_once() throws Exception {
    for (int i = 0; i < 5; i++) {
      application.post(INSTANCES, validBody("Page " + i).toString());
    }
    List<Long> ids = new ArrayList<>();
    String next = "";
    do {
      HttpResponse<String> page = application.get(INSTANCES + "?pageSize=2&nextPage=" + next);
      json(page).forEach(instance -> ids.add(instance.get("id").asLong()));
      assertThat(page.headers().firstValue("Elements-Returned-Count").orElseThrow())
          .isEqualTo(Integer.toString(json(page).size()));
      next = page.headers().firstValue("Elements-Next-Page-Token").orElse(null);
    } while (next != null);

    assertThat(ids).isSorted().doesNotHaveDuplicates().hasSize((int) count());
    assertThat(application.get(INSTANCES + "?pageSize=0").statusCode()).isEqualTo(400);
    assertThat(application.get(INSTANCES + "?nextPage=nonsense").statusCode()).isEqualTo(400);
  }

  @Test
  void a_hiccup_of_autotask_is_tried_again_while_the_caller_waits() throws Exception {
    application
        .simulator()
        .add(new Fault(Fault.Kind.GATEWAY, 1, "ThresholdInformation", 503, "", 0));
    HttpResponse<String> response = application.post(INSTANCES, validBody("Hiccup").toString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  @Test
  void an_outage_of_autotask_is_no_error_of_the_request() throws Exception {
    application
        .simulator()
        .add(new Fault(Fault.Kind.GATEWAY, 0, "ThresholdInformation", 503, "", 0));
    HttpResponse<String> response = application.post(INSTANCES, validBody("Outage").toString());

    assertThat(response.statusCode()).isEqualTo(502);
    assertThat(response.body()).doesNotContain("<html");
  }

  @Test
  void the_openapi_document_is_served_to_anybody_with_the_address_of_the_server() throws Exception {
    HttpResponse<String> response =
        application.send(HttpRequest.newBuilder(application.uri("/openapi.json")));

    ObjectNode served = (ObjectNode) json(response);
    assertThat(served.at("/servers/0/url").asText()).isEqualTo("/");
    assertThat(served.at("/servers/1/url").asText())
        .isEqualTo(application.uri("/").toString())
        .doesNotContain(":0/");
    ObjectNode written = OpenApiDocument.read();
    served.remove("servers");
    written.remove("servers");
    assertThat(served.equals(written)).isTrue();
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
