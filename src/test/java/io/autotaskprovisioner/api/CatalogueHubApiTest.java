package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.simulator.Fault;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
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

/** What callers see without a secret, and what an element token leads to. */
class CatalogueHubApiTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BASE = "/elements/api-v2";

  @TempDir static Path folder;
  private static RunningApplication application;
  private static int customer;

  @BeforeAll
  static void start() throws Exception {
    // What tenants are asked on the side would be counted among the calls of a test.
    application = RunningApplication.start(folder, Map.of("enrichment.enabled", "false"));
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @BeforeEach
  void clearFaults() {
    application.simulator().clearFaults();
  }

  /** As anybody: without an Authorization header. */
  private static HttpResponse<String> anybody(String path) throws Exception {
    return application.send(HttpRequest.newBuilder(application.uri(BASE + path)));
  }

  private static ObjectNode body(String element, String hub) {
    int number = ++customer;
    ObjectNode body = JSON.createObjectNode().put("name", "Customer " + number);
    body.putObject("element").put("key", element);
    body.putObject("configuration")
        .put(hub + ".autotask.username", "user-%d@customer-%d.example".formatted(number, number))
        .put(hub + ".autotask.password", "secret-" + number)
        .put(hub + ".autotask.server.url", "https://ww3.autotask.net");
    return body;
  }

  private static List<String> names(JsonNode node) {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  @Test
  void anybody_pages_through_the_elements() throws Exception {
    HttpResponse<String> all = anybody("/elements");
    HttpResponse<String> first = anybody("/elements?pageSize=2");
    String token = first.headers().firstValue("Elements-Next-Page-Token").orElseThrow();
    HttpResponse<String> second = anybody("/elements?pageSize=2&nextPage=" + token);

    assertThat(all.statusCode()).isEqualTo(200);
    assertThat(json(all).findValuesAsText("hub")).containsExactly("crm", "helpdesk", "finance");
    assertThat(all.headers().firstValue("Elements-Returned-Count")).contains("3");
    assertThat(all.headers().firstValue("Elements-Total-Count")).contains("3");
    assertThat(all.headers().firstValue("Elements-Next-Page-Token")).isEmpty();
    assertThat(all.headers().firstValue("Elements-Request-Id")).isPresent();
    assertThat(first.headers().firstValue("Elements-Returned-Count")).contains("2");
    assertThat(json(second)).hasSize(1);
    assertThat(json(second).get(0)).isEqualTo(json(all).get(2));
    assertThat(second.headers().firstValue("Elements-Next-Page-Token")).isEmpty();
    assertThat(json(anybody("/elements?pageSize=1000"))).hasSize(3);
    assertThat(anybody("/elements?pageSize=0").statusCode()).isEqualTo(400);
    assertThat(anybody("/elements?nextPage=x").statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"autotaskfinance", "8152", "4895"})
  void an_element_is_shown_by_key_id_and_alias(String reference) throws Exception {
    JsonNode element = json(anybody("/elements/" + reference));

    assertThat(element.get("id").asLong()).isEqualTo(8152);
    assertThat(element.get("configuration").isArray()).isTrue();
    assertThat(element.get("configuration").findValuesAsText("type")).contains("PASSWORD");
    JsonNode configuration = json(anybody("/elements/" + reference + "/configuration"));
    assertThat(names(configuration)).containsExactly("configuration", "providerData");
    assertThat(configuration.get("configuration")).isEqualTo(element.get("configuration"));
    assertThat(configuration.get("providerData").toString()).isEqualTo("[]");
    JsonNode metadata = json(anybody("/elements/" + reference + "/metadata"));
    assertThat(metadata.at("/events/polling/customers/pollUrl").asText())
        .startsWith("/hubs/finance/customers");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nope", "999999999999", "99999999999999999999999999", "-1", "AUTOTASKCRM"})
  void an_unknown_element_is_404_with_the_known_sentence(String reference) throws Exception {
    for (String below : List.of("", "/configuration", "/metadata")) {
      HttpResponse<String> response = anybody("/elements/" + reference + below);
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(json(response).get("message").asText())
          .isEqualTo("No element found with key " + reference);
    }
  }

  @Test
  void the_lists_beside_single_ones_are_no_element_or_hub_of_that_name() throws Exception {
    assertThat(anybody("/elements/keys").body())
        .isEqualTo("[\"autotaskcrm\",\"autotaskhelpdesk\",\"autotaskfinance\"]");
    assertThat(json(anybody("/elements/metadata")).findValuesAsText("key"))
        .containsExactly("autotaskcrm", "autotaskhelpdesk", "autotaskfinance");
    assertThat(anybody("/hubs/keys").body()).isEqualTo("[\"crm\",\"helpdesk\",\"finance\"]");
  }

  @Test
  void a_hub_is_listed_shown_and_leads_to_its_elements() throws Exception {
    JsonNode hubs = json(anybody("/hubs"));
    JsonNode finance = json(anybody("/hubs/finance"));

    assertThat(hubs.findValuesAsText("key")).containsExactly("crm", "helpdesk", "finance");
    assertThat(names(hubs.get(0))).containsExactly("id", "name", "key", "description");
    assertThat(finance.get("active").asBoolean()).isTrue();
    assertThat(finance.get("name").asText()).isEqualTo("Finance");
    assertThat(json(anybody("/hubs/finance/elements")).findValuesAsText("hub"))
        .containsExactly("finance");
    for (String unknown : List.of("/hubs/crap", "/hubs/crap/elements")) {
      HttpResponse<String> response = anybody(unknown);
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(json(response).get("message").asText()).isEqualTo("No hub found with key crap");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "autotaskfinance, finance, 8152",
    "autotaskcrm, crm, 50",
    "autotaskhelpdesk, helpdesk, 123"
  })
  void every_element_is_provisioned_with_its_own_keys(String element, String hub, long id)
      throws Exception {
    ObjectNode body = body(element, hub);
    HttpResponse<String> response = application.post(BASE + "/instances", body.toString());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonNode instance = json(response);
    assertThat(instance.at("/element/key").asText()).isEqualTo(element);
    assertThat(instance.get("elementId").asLong()).isEqualTo(id);
    JsonNode echo = instance.get("configuration");
    assertThat(echo.get(hub + ".autotask.username"))
        .isEqualTo(body.at("/configuration").get(hub + ".autotask.username"));
    assertThat(echo.get(hub + ".autotask.password").asText()).isEqualTo("********");
    ObjectNode ofAnother = body(element, hub.equals("crm") ? "finance" : "crm");
    HttpResponse<String> refused = application.post(BASE + "/instances", ofAnother.toString());
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains(hub + ".autotask.username", hub + ".autotask.server.url");
  }

  @Test
  void the_element_column_of_a_flat_file_says_whose_keys_its_fields_are() throws Exception {
    StringBuilder csv = new StringBuilder("name,element,username,password,serverUrl\n");
    for (String element : List.of("autotaskcrm", "123", "autotaskfinance", "")) {
      int number = ++customer;
      csv.append(
          "Flat %s,%s,user-%d@customer-%d.example,secret-%d,https://ww3.autotask.net\n"
              .formatted(element, element, number, number, number));
    }
    application.drop("elements.csv", csv.toString());

    JsonNode summary = application.awaitFinished("elements");
    assertThat(summary.toString()).contains("\"succeeded\":4");
    JsonNode instances = json(application.get(BASE + "/instances"));
    assertThat(elementOf(instances, "Flat autotaskcrm")).isEqualTo("autotaskcrm crm");
    assertThat(elementOf(instances, "Flat 123")).isEqualTo("autotaskhelpdesk helpdesk");
    assertThat(elementOf(instances, "Flat autotaskfinance")).isEqualTo("autotaskfinance finance");
    assertThat(elementOf(instances, "Flat")).isEqualTo("autotaskfinance finance");
  }

  /** The element's key and the prefix of the keys that its login stands under. */
  private static String elementOf(JsonNode instances, String name) {
    for (JsonNode instance : instances) {
      if (instance.get("name").asText().equals(name)) {
        String first = names(instance.get("configuration")).get(0);
        return instance.at("/element/key").asText() + " " + first.replaceAll("\\..*", "");
      }
    }
    return "none";
  }

  @Test
  void event_configuration_is_echoed_as_texts_and_shows_in_the_instance() throws Exception {
    ObjectNode body = body("autotaskfinance", "finance");
    ObjectNode configuration = (ObjectNode) body.get("configuration");
    configuration
        .put("event.notification.enabled", true)
        .put("event.notification.callback.url", "https://hooks.example/autotask")
        .put("event.notification.signature.key", "sign-me")
        .put("event.vendor.type", "polling")
        .put("event.poller.refresh_interval", 15)
        .putNull("event.metadata");
    configuration
        .putObject("event.poller.configuration")
        .putObject("customers")
        .put("url", "/hubs/finance/customers");

    HttpResponse<String> response = application.post(BASE + "/instances", body.toString());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonNode instance = json(response);
    assertThat(instance.get("eventsEnabled").asBoolean()).isTrue();
    assertThat(instance.get("eventsNotificationCallbackUrl").asText())
        .isEqualTo("https://hooks.example/autotask");
    assertThat(instance.has("subscriptionId")).isFalse();
    List<String> order = names(instance);
    assertThat(order.indexOf("eventsNotificationCallbackUrl"))
        .isEqualTo(order.indexOf("eventsEnabled") + 1);
    JsonNode echo = instance.get("configuration");
    assertThat(echo.get("event.notification.enabled").asText()).isEqualTo("true");
    assertThat(echo.get("event.poller.refresh_interval").isTextual()).isTrue();
    assertThat(echo.get("event.notification.signature.key").asText()).isEqualTo("********");
    assertThat(echo.get("event.metadata").isNull()).isTrue();
    assertThat(JSON.readTree(echo.get("event.poller.configuration").asText()))
        .isEqualTo(configuration.get("event.poller.configuration"));
  }

  @Test
  void wrong_event_configuration_is_400_with_every_fault_before_autotask_is_asked()
      throws Exception {
    ObjectNode body = body("autotaskcrm", "crm");
    ((ObjectNode) body.get("configuration"))
        .put("event.vendor.type", "webhooks")
        .put("event.poller.refresh_interval", 0)
        .put("event.notification.callback.url", "hooks.example");

    HttpResponse<String> response = application.post(BASE + "/instances", body.toString());

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).get("message").asText())
        .contains("event.vendor.type must be polling")
        .contains("event.poller.refresh_interval must be a whole number of minutes")
        .contains("event.notification.callback.url must be an http or https URL");
    assertThat(json(response).has("providerMessage")).isFalse();
  }

  private static JsonNode provisioned(String element, String hub, String... configuration)
      throws Exception {
    ObjectNode body = body(element, hub);
    for (int i = 0; i < configuration.length; i += 2) {
      ((ObjectNode) body.get("configuration")).put(configuration[i], configuration[i + 1]);
    }
    HttpResponse<String> response = application.post(BASE + "/instances", body.toString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response);
  }

  private static JsonNode finance(String... configuration) throws Exception {
    return provisioned("autotaskfinance", "finance", configuration);
  }

  /** A call with the User secret and the instance's token, as clients of the hub send it. */
  private static HttpResponse<String> byToken(JsonNode instance, String path) throws Exception {
    return byToken(instance.get("token").asText(), path);
  }

  private static HttpResponse<String> byToken(String token, String path) throws Exception {
    return application.send(
        application
            .request("GET", BASE + path, null)
            .setHeader(
                "Authorization", "User " + RunningApplication.USER_SECRET + ", Element " + token));
  }

  @Test
  void all_three_secrets_together_are_legal_and_a_wrong_one_is_not() throws Exception {
    String token = finance().get("token").asText();
    String rightOnes = RunningApplication.AUTHORIZATION + ", Element " + token;

    for (String path : List.of("/ping", "/hubs/finance/customers?pageSize=1")) {
      HttpRequest.Builder call = application.request("GET", BASE + path, null);
      assertThat(application.send(call.setHeader("Authorization", rightOnes)).statusCode())
          .isEqualTo(200);
      HttpRequest.Builder wrong = application.request("GET", BASE + path, null);
      assertThat(
              application
                  .send(wrong.setHeader("Authorization", "User other, Element " + token))
                  .statusCode())
          .isEqualTo(401);
    }
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static long callsOf(String path) {
    return application.simulator().requests().stream()
        .filter(request -> request.path().toLowerCase().contains(path))
        .count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/hubs/finance/ping", "/hubs/crap/ping", "/ping", "/hubs//finance/ping"})
  void a_ping_asks_autotask_and_names_the_element(String path) throws Exception {
    JsonNode instance = finance();
    long asked = callsOf("/thresholdinformation");

    HttpResponse<String> response = byToken(instance, path);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonNode pong = json(response);
    assertThat(names(pong)).containsExactly("dateTime", "endpoint");
    assertThat(pong.get("endpoint").asText()).isEqualTo("autotaskfinance");
    assertThat(pong.get("dateTime").asText()).matches("[-0-9]{10}T[0-9:]{8}Z");
    assertThat(Instant.parse(pong.get("dateTime").asText())).isBeforeOrEqualTo(Instant.now());
    assertThat(header(response, "Elements-Element-Instance-Id"))
        .isEqualTo(instance.get("id").asText());
    assertThat(callsOf("/thresholdinformation")).isEqualTo(asked + 1);
  }

  @Test
  void every_element_answers_a_ping_and_lists_its_own_objects() throws Exception {
    JsonNode helpdesk = provisioned("autotaskhelpdesk", "helpdesk");

    assertThat(json(byToken(helpdesk, "/ping")).get("endpoint").asText())
        .isEqualTo("autotaskhelpdesk");
    HttpResponse<String> objects = byToken(helpdesk, "/objects");
    assertThat(json(objects)).contains(JSON.getNodeFactory().textNode("Ticket")).hasSize(8);
    assertThat(header(objects, "Elements-Returned-Count")).isEqualTo("8");
    assertThat(byToken(finance(), "/hubs/finance/objects").body()).contains("\"Account\"");
  }

  @Test
  void the_hub_in_the_path_is_ignored() throws Exception {
    JsonNode instance = finance();
    String expected = byToken(instance, "/hubs/finance/customers?pageSize=1").body();

    assertThat(JSON.readTree(expected)).hasSize(1);
    for (String path :
        List.of(
            "/hubs/documents/customers",
            "/hubs/crap/customers",
            "/hubs/finance//customers/",
            "/customers",
            "/customers/")) {
      assertThat(byToken(instance, path + "?pageSize=1").body()).isEqualTo(expected);
    }
  }

  @Test
  void customers_are_flat_items_with_the_names_of_the_hosted_service() throws Exception {
    HttpResponse<String> response = byToken(finance(), "/hubs/finance/customers?pageSize=2");

    JsonNode item = json(response).get(1);
    assertThat(item.get("id").isTextual()).isTrue();
    assertThat(item.get("accountName").asText()).isEqualTo("Sample Company 1");
    assertThat(item.get("accountType").isInt()).isTrue();
    assertThat(item.get("active").isBoolean()).isTrue();
    assertThat(item.has("companyName")).isFalse();
    assertThat(item).allMatch(JsonNode::isValueNode).noneMatch(JsonNode::isNull);
    assertThat(header(response, "Elements-Returned-Count")).isEqualTo("2");
  }

  @Test
  void nulls_are_shown_where_the_configuration_says_so() throws Exception {
    JsonNode items =
        json(byToken(finance("filter.response.nulls", "false"), "/customers?pageSize=1"));

    assertThat(items.get(0).get("billToAddress1").isNull()).isTrue();
  }

  @Test
  void pages_by_token_and_by_number_are_parts_of_the_same_order() throws Exception {
    JsonNode instance = finance();
    HttpResponse<String> first = byToken(instance, "/hubs/finance/customers?page=1&pageSize=2");
    String token = header(first, "Elements-Next-Page-Token");
    String secondPage = "/hubs/finance/customers?pageSize=2&page=9&nextPage=" + token;
    JsonNode four = json(byToken(instance, "/hubs/finance/customers?pageSize=4"));

    List<JsonNode> byTokens = new ArrayList<>();
    json(first).forEach(byTokens::add);
    json(byToken(instance, secondPage)).forEach(byTokens::add);
    assertThat(byTokens).isEqualTo(items(four));
    List<JsonNode> byNumbers = new ArrayList<>(items(json(first)));
    json(byToken(instance, "/customers?page=2&pageSize=2")).forEach(byNumbers::add);
    assertThat(byNumbers).isEqualTo(items(four));
    HttpResponse<String> one = byToken(instance, "/hubs/finance/customers?nextPage=&pageSize=1");
    assertThat(items(json(one))).isEqualTo(items(four).subList(0, 1));
    assertThat(header(one, "Elements-Returned-Count")).isEqualTo("1");
    assertThat(json(byToken(instance, "/customers?page=100&pageSize=50"))).isEmpty();
  }

  @Test
  void the_tokens_lead_through_all_items_once_and_end() throws Exception {
    JsonNode instance = finance();
    List<String> ids = new ArrayList<>();
    String token = "";
    int pages = 0;
    do {
      HttpResponse<String> page = byToken(instance, "/customers?pageSize=10&nextPage=" + token);
      assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
      json(page).forEach(item -> ids.add(item.get("id").asText()));
      token = header(page, "Elements-Next-Page-Token");
      pages++;
    } while (!token.isEmpty() && pages < 10);

    assertThat(pages).isEqualTo(3);
    assertThat(ids).hasSize(25).doesNotHaveDuplicates();
  }

  private static List<JsonNode> items(JsonNode array) {
    List<JsonNode> items = new ArrayList<>();
    array.forEach(items::add);
    return items;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/hubs/finance/crap|404|No resource found with name crap",
        "/hubs/crm/accounts|404|No resource found with name accounts",
        "/accounts|404|No such resource.",
        "/hubs/finance/invoices|501|The resource invoices of autotaskfinance is not served here yet.",
        "/customers?where=accountName%3D'Acme'|501|where is not served here yet",
        "/customers?fields=id|501|fields is not served here yet",
        "/customers?orderBy=id|501|orderBy is not served here yet",
        "/customers?pageSize=0|400|pageSize must be a number from 1 to 500.",
        "/customers?page=0|400|page must be a number from 1.",
        "/customers?nextPage=???|400|nextPage must be the Elements-Next-Page-Token",
        "/customers?page=900&pageSize=500|400|page leads beyond item 10000"
      },
      quoteCharacter = '"')
  void what_is_not_served_is_told_before_autotask_is_asked(String path, int status, String sentence)
      throws Exception {
    JsonNode instance = finance();
    int asked = application.simulator().requests().size();

    HttpResponse<String> response = byToken(instance, path);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(json(response).get("message").asText()).startsWith(sentence);
    assertThat(application.simulator().requests()).hasSize(asked);
  }

  @Test
  void writes_are_405_and_items_by_id_are_404() throws Exception {
    JsonNode instance = finance();

    assertThat(application.post(BASE + "/hubs/finance/customers", "{}").statusCode())
        .isEqualTo(405);
    assertThat(byToken(instance, "/hubs/finance/customers/174").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/hubs/finance/ping", "/objects", "/customers", "/hubs/finance/crap"})
  void an_unknown_or_missing_token_is_401_with_the_known_sentence(String path) throws Exception {
    HttpResponse<String> unknown = byToken("A".repeat(43) + "=", path);
    HttpResponse<String> missing = application.get(BASE + path);

    for (HttpResponse<String> response : List.of(unknown, missing, anybody(path))) {
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(json(response).get("message").asText())
          .isEqualTo("Invalid Organization or User secret, or invalid Element token provided.");
    }
  }

  @Test
  void a_token_opens_nothing_to_another_account() throws Exception {
    String token = finance().get("token").asText();
    JsonNode other =
        json(
            application.post(
                "/accounts",
                """
                {"email":"other@example.com","firstName":"Other","lastName":"One"}"""));
    String authorization = other.get("authorization").asText();

    for (String path : List.of("/ping", "/objects", "/customers")) {
      HttpRequest.Builder call = application.request("GET", BASE + path, null);
      HttpResponse<String> response =
          application.send(call.setHeader("Authorization", authorization + ", Element " + token));
      assertThat(response.statusCode()).as(response.body()).isEqualTo(401);
    }
  }

  @Test
  void a_disabled_instance_is_403_but_for_its_objects_and_a_deleted_one_401() throws Exception {
    JsonNode instance = finance();
    String one = BASE + "/instances/" + instance.get("id").asText();
    assertThat(application.send(application.request("DELETE", one + "/enabled", null)).statusCode())
        .isEqualTo(200);
    long asked = callsOf("/companies/query");

    HttpResponse<String> disabled = byToken(instance, "/customers?pageSize=1");
    assertThat(disabled.statusCode()).isEqualTo(403);
    assertThat(json(disabled).get("message").asText()).contains("is disabled", "/enabled");
    assertThat(byToken(instance, "/ping").statusCode()).isEqualTo(403);
    assertThat(byToken(instance, "/objects").statusCode()).isEqualTo(200);
    assertThat(callsOf("/companies/query")).isEqualTo(asked);

    application.send(application.request("PUT", one + "/enabled", null));
    assertThat(byToken(instance, "/customers?pageSize=1").statusCode()).isEqualTo(200);
    application.send(application.request("DELETE", one, null));
    assertThat(byToken(instance, "/customers?pageSize=1").statusCode()).isEqualTo(401);
    assertThat(byToken(instance, "/ping").statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500|Unable to find x in the Company Entity|400",
        "500|The logged in Resource does not have the adequate permissions to query|403",
        "503|Something is broken|502"
      })
  void what_autotask_refuses_is_told_in_its_own_words(int said, String words, int status)
      throws Exception {
    JsonNode instance = finance();
    application
        .simulator()
        .add(new Fault(Fault.Kind.ERRORS, 1, "/companies/query", said, words, 0));

    HttpResponse<String> response = byToken(instance, "/customers");

    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(json(response).get("providerMessage").asText()).isEqualTo(words);
    assertThat(json(response).get("requestId").asText())
        .isEqualTo(header(response, "Elements-Request-Id"));
    assertThat(byToken(instance, "/customers").statusCode()).isEqualTo(200);
  }

  @Test
  void a_login_that_autotask_rejects_is_held_back_and_sent_no_further() throws Exception {
    JsonNode instance = finance();
    String login = instance.at("/configuration/finance.autotask.username").asText();
    application.simulator().put(application.simulator().user(login).inactive());

    HttpResponse<String> rejected = byToken(instance, "/customers");
    int asked = application.simulator().requests().size();
    HttpResponse<String> heldBack = byToken(instance, "/ping");

    assertThat(rejected.statusCode()).as(rejected.body()).isEqualTo(401);
    assertThat(json(rejected).get("message").asText())
        .isNotEqualTo("Invalid Organization or User secret, or invalid Element token provided.")
        .contains("Autotask did not accept");
    assertThat(heldBack.statusCode()).isEqualTo(401);
    assertThat(application.simulator().requests()).hasSize(asked);
  }
}
