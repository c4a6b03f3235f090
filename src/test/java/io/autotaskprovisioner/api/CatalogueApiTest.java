package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.RunningApplication;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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

class CatalogueApiTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BASE = "/elements/api-v2";

  @TempDir static Path folder;
  private static RunningApplication application;
  private static int customer;

  @BeforeAll
  static void start() throws Exception {
    application = RunningApplication.start(folder, Map.of());
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  /** As anybody: without an Authorization header. */
  private static HttpResponse<String> anybody(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(application.uri(BASE + path)).build(), BodyHandlers.ofString());
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
    assertThat(json(anybody("/elements?pageSize=300"))).hasSize(3);
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
  void the_keys_are_bare_lists_and_no_element_or_hub_of_that_name() throws Exception {
    assertThat(anybody("/elements/keys").body())
        .isEqualTo("[\"autotaskcrm\",\"autotaskhelpdesk\",\"autotaskfinance\"]");
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
}
