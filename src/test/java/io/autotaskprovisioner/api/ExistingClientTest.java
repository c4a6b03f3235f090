package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.RunningApplication.ORGANIZATION_SECRET;
import static io.autotaskprovisioner.RunningApplication.USER_SECRET;
import static io.autotaskprovisioner.RunningApplication.json;
import static io.autotaskprovisioner.api.HostedClient.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.RunningApplication;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
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
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the hosted service's own test-suite asked of the instance API (its {@code
 * platform/elements/instances}, 2018), asked of ours with each of the three Autotask elements: the
 * same calls in the same order with the same headers, and what it demanded of the answers. Left out
 * are its documents of an instance and moving an instance to a clone of its element: neither is
 * there.
 */
class ExistingClientTest {

  private static final String NAME = "churros-instance";
  private static final String PASSWORD = "a password of four words";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String LINK =
      "<a href=\"#\" onClick=\"javascript:alert('xss');return false;\">%s</a>";

  enum Subject {
    FINANCE("autotaskfinance", 8152, "finance", "customers"),
    CRM("autotaskcrm", 50, "crm", "accounts"),
    HELPDESK("autotaskhelpdesk", 123, "helpdesk", "incidents");

    final String key;
    final int id;
    final String hub;
    final String resource;

    Subject(String key, int id, String hub, String resource) {
      this.key = key;
      this.id = id;
      this.hub = hub;
      this.resource = resource;
    }

    String userNameKey() {
      return hub + ".autotask.username";
    }

    String passwordKey() {
      return hub + ".autotask.password";
    }
  }

  @TempDir static Path folder;
  private static RunningApplication application;
  private static int customer;
  private HostedClient client;

  @BeforeAll
  static void start() throws Exception {
    // Hashing a password takes long where the machine is busy and nothing is optimized.
    application =
        RunningApplication.start(
            folder,
            Map.of(
                "account.initial.password",
                PASSWORD,
                "http.deadline",
                "3m",
                "http.idle-timeout",
                "4m"));
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @BeforeEach
  void begin() {
    client = new HostedClient(application);
    customer++;
  }

  /** What the suite posts: no tags, and all that its properties say of the element. */
  private static ObjectNode body(Subject subject, String name) {
    ObjectNode body = JSON.createObjectNode().put("name", name);
    body.putObject("element").put("key", subject.key);
    body.putObject("configuration")
        .put(subject.userNameKey(), "user-%1$d@customer-%1$d.example".formatted(customer))
        .put(subject.passwordKey(), "secret-" + customer)
        .put(subject.hub + ".autotask.server.url", "https://ww3.autotask.net")
        .put("provisioning", "standard")
        .put("some.other.property", "of the local file");
    return body;
  }

  private static String userName() {
    return "user-%1$d@customer-%1$d.example".formatted(customer);
  }

  /** The suite's schema of an instance. */
  private static void requireInstance(JsonNode instance) {
    assertThat(instance.path("id").isIntegralNumber()).isTrue();
    assertThat(instance.path("name").isTextual()).isTrue();
    assertThat(instance.path("token").isTextual()).isTrue();
    assertThat(instance.path("valid").isBoolean()).isTrue();
    assertThat(instance.path("tags").isArray()).isTrue();
    instance.path("tags").forEach(tag -> assertThat(tag.isTextual()).isTrue());
    assertThat(instance.path("configuration").isObject()).isTrue();
    JsonNode user = instance.path("user");
    assertThat(user.path("id").isIntegralNumber()).isTrue();
    for (String name : List.of("emailAddress", "firstName", "lastName")) {
      assertThat(user.path(name).isTextual()).as(name).isTrue();
    }
  }

  private static void requireConfiguration(Subject subject, JsonNode instance) {
    assertThat(instance.path("configuration")).isNotEmpty();
    assertThat(instance.path("configuration").path(subject.passwordKey()).asText())
        .isEqualTo("********");
    assertThat(instance.path("configuration").path(subject.userNameKey()).asText())
        .isEqualTo(userName());
    assertThat(instance.has("providerData")).isFalse();
  }

  private JsonNode row(String path, String key) throws Exception {
    JsonNode rows = client.get(path);
    assertThat(rows.isArray()).isTrue();
    for (JsonNode row : rows) {
      if (row.path("key").asText().equals(key)) {
        return row;
      }
    }
    throw new AssertionError("no row " + key + " in " + rows);
  }

  private static ObjectNode with(JsonNode object, String field, String value) {
    return ((ObjectNode) object.deepCopy()).put(field, value);
  }

  @ParameterizedTest
  @EnumSource
  void instances_are_made_read_listed_replaced_and_deleted_by_the_elements_key_and_id(
      Subject subject) throws Exception {
    int elementId = client.get("elements/" + subject.key).path("id").asInt();
    assertThat(elementId).isEqualTo(subject.id);
    for (String keyOrId : List.of(subject.key, Integer.toString(elementId))) {
      String base = "elements/" + keyOrId + "/instances";
      JsonNode made = client.provision(base, body(subject, NAME));
      assertThat(made.path("element").path("hub").asText()).isEqualTo(subject.hub);
      assertThat(made.path("element").path("id").asInt()).isEqualTo(elementId);
      String path = base + "/" + made.path("id").asText();

      JsonNode shown = client.get(path);
      requireInstance(shown);
      requireConfiguration(subject, shown);
      JsonNode list = client.get(base);
      assertThat(list).isNotEmpty();
      list.forEach(ExistingClientTest::requireInstance);
      JsonNode updated = client.put(path, body(subject, "updated-instance"));
      assertThat(updated.path("name").asText()).isEqualTo("updated-instance");
      client.remove(path);

      assertThat(client.status(path)).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @EnumSource
  void both_lists_of_an_element_tell_when_each_instance_was_made(Subject subject) throws Exception {
    JsonNode made = client.provision("instances", body(subject, NAME));
    int elementId = client.get("elements/" + subject.key).path("id").asInt();

    for (String keyOrId : List.of(subject.key, Integer.toString(elementId))) {
      JsonNode list = client.get("elements/" + keyOrId + "/instances");
      assertThat(list).isNotEmpty();
      for (JsonNode instance : list) {
        assertThat(Instant.parse(instance.path("createdDate").asText())).isBefore(Instant.MAX);
        assertThat(instance.path("elementId").asInt()).isEqualTo(elementId);
      }
    }
    client.remove("instances/" + made.path("id").asText());
  }

  @ParameterizedTest
  @EnumSource
  void tags_and_text_search_together_and_alone_and_no_match_is_404(Subject subject)
      throws Exception {
    JsonNode made = client.provision("instances", body(subject, NAME));
    client.provision("instances", body(subject, "another"));

    for (String tags : List.of("tags[]", "tags%5B%5D")) {
      for (JsonNode found : client.get("instances?" + escaped(tags) + "=" + NAME)) {
        assertThat(texts(found.path("tags"))).contains(NAME);
      }
    }
    for (JsonNode found : client.get("instances?searchText=churros")) {
      assertThat(found.path("name").asText()).contains("churros");
    }
    for (JsonNode found : client.get("instances?searchText=churros&tags%5B%5D=" + NAME)) {
      assertThat(found.path("name").asText()).contains("churros");
      assertThat(texts(found.path("tags"))).contains(NAME);
    }
    HttpResponse<String> none =
        client.send(
            "GET",
            "instances?searchText=somelongrandomstringwithnocolisions&tags%5B%5D=" + NAME,
            null);
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(json(none).path("message").asText()).matches("No (.*) found");
    client.remove("instances/" + made.path("id").asText());
  }

  /** A URI of Java cannot hold square brackets, which the wire can. */
  private static String escaped(String name) {
    return name.replace("[", "%5b").replace("]", "%5d");
  }

  @Test
  void a_backup_is_found_by_its_tag_without_the_rest_of_it() throws Exception {
    ObjectNode body = body(Subject.FINANCE, "spare");
    body.putArray("tags").add("churros-backup");
    JsonNode made = client.provision("instances", body);

    JsonNode found = client.get("instances?tags%5B%5D=churros-backup&hydrate=false");

    assertThat(found).hasSize(1);
    assertThat(found.get(0).path("id")).isEqualTo(made.path("id"));
    assertThat(found.get(0).path("name").asText()).isEqualTo("spare");
    assertThat(found.get(0).path("token")).isEqualTo(made.path("token"));
    assertThat(found.at("/0/element/key").asText()).isEqualTo("autotaskfinance");
    assertThat(found.at("/0/element/id").asInt()).isEqualTo(8152);
    client.remove("instances/" + made.path("id").asText());
  }

  @Test
  void the_cleaner_finds_its_own_and_deletes_one_after_the_other() throws Exception {
    client.provision("instances", body(Subject.FINANCE, "to clean"));
    client.provision("instances", body(Subject.FINANCE, "to clean"));
    client.forgetToken();
    List<String> ids = new ArrayList<>();
    for (JsonNode instance : client.get("/instances")) {
      if (instance.path("name").asText().equals("to clean")) {
        assertThat(Instant.parse(instance.path("createdDate").asText())).isBefore(Instant.MAX);
        ids.add(instance.path("id").asText());
      }
    }

    assertThat(ids).hasSize(2);
    for (String id : ids) {
      client.delete("/instances/" + id);
      assertThat(client.status("/instances/" + id)).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_update_by_id_and_by_token_keeps_the_configuration_and_the_token(Subject subject)
      throws Exception {
    JsonNode made = client.provision("/instances", body(subject, NAME));
    String path = "/instances/" + made.path("id").asText();
    requireConfiguration(subject, client.get(path));
    ObjectNode whole = body(subject, "updated-instance");
    whole.putObject("providerData").put("code", "of-a-redirect");
    ObjectNode part = JSON.createObjectNode().put("name", "updated-instance");
    part.putObject("providerData").put("code", "of-a-redirect");

    for (String where : List.of(path, "/instances")) {
      JsonNode replaced = client.put(where, whole);
      requireConfiguration(subject, replaced);
      assertThat(replaced.path("token")).isEqualTo(made.path("token"));
    }
    assertThat(client.get("/hubs/%s/ping".formatted(subject.hub))).isNotEmpty();
    for (String where : List.of(path, "/instances")) {
      JsonNode patched = client.patch(where, part);
      requireConfiguration(subject, patched);
      assertThat(patched.path("id")).isEqualTo(made.path("id"));
      assertThat(patched.path("createdDate")).isEqualTo(made.path("createdDate"));
    }
    assertThat(client.get("/hubs/%s/ping".formatted(subject.hub))).isNotEmpty();
    client.remove(path);
  }

  @ParameterizedTest
  @EnumSource
  void a_configuration_row_is_changed_by_id_and_by_token(Subject subject) throws Exception {
    JsonNode made = client.provision("instances", body(subject, NAME));
    String byId = "/instances/" + made.path("id").asText() + "/configuration";

    for (String base : List.of(byId, "/instances/configuration")) {
      JsonNode row = row(base, "event.notification.enabled");
      JsonNode changed =
          client.patch(base + "/" + row.path("id").asText(), with(row, "propertyValue", "true"));
      JsonNode again = client.get(base + "/" + changed.path("id").asText());
      assertThat(again.path("propertyValue").asText()).isEqualTo("true");
      assertThat(again.path("id")).isEqualTo(row.path("id"));
    }
    client.remove("instances/" + made.path("id").asText());
  }

  @ParameterizedTest
  @EnumSource
  void secrets_are_masked_in_the_answer_to_a_post_and_in_both_lists_of_rows(Subject subject)
      throws Exception {
    JsonNode made = client.provision("instances", body(subject, NAME));
    requireConfiguration(subject, made);

    for (String base :
        List.of(
            "/instances/" + made.path("id").asText() + "/configuration",
            "/instances/configuration")) {
      assertThat(row(base, subject.passwordKey()).path("propertyValue").asText())
          .isEqualTo("********");
      assertThat(row(base, subject.userNameKey()).path("propertyValue").asText())
          .isEqualTo(userName());
    }
    client.remove("instances/" + made.path("id").asText());
  }

  @Test
  void nulls_are_filtered_out_until_the_configuration_row_says_otherwise() throws Exception {
    JsonNode made = client.provision("instances", body(Subject.FINANCE, NAME));
    String byId = "/instances/" + made.path("id").asText() + "/configuration/";
    row("/instances/" + made.path("id").asText() + "/configuration", "filter.response.nulls");
    JsonNode row = row("/instances/configuration", "filter.response.nulls");
    assertThat(row.path("propertyValue").asText()).isEqualTo("true");
    assertThat(nulls()).isZero();

    String rowId = row.path("id").asText();
    ObjectNode change = with(row, "propertyValue", "false");
    client.patch(byId + rowId, change);
    client.patch("/instances/configuration/" + rowId, change);

    assertThat(client.get(byId + rowId).path("propertyValue").asText()).isEqualTo("false");
    assertThat(client.get("/instances/configuration/" + rowId).path("propertyValue").asText())
        .isEqualTo("false");
    assertThat(nulls()).isPositive();
    client.remove("instances/" + made.path("id").asText());
  }

  private int nulls() throws Exception {
    JsonNode first = client.get("hubs/finance/customers?pageSize=1").path(0);
    assertThat(first).isNotEmpty();
    int nulls = 0;
    for (JsonNode value : first) {
      nulls += value.isNull() ? 1 : 0;
    }
    return nulls;
  }

  @ParameterizedTest
  @EnumSource
  void tags_are_replaced_by_patch_of_id_and_token(Subject subject) throws Exception {
    JsonNode made = client.provision("instances", body(subject, "churros-test"));
    assertThat(texts(made.path("tags"))).containsExactly("churros-test");
    ObjectNode change = JSON.createObjectNode().put("id", made.path("id").asLong());
    change.putArray("tags").add("churros-testing");

    for (String where : List.of("/instances/" + made.path("id").asText(), "/instances")) {
      JsonNode patched = client.patch(where, change);
      assertThat(texts(patched.path("tags"))).containsExactly("churros-testing");
    }
    JsonNode shown = client.get("/instances/" + made.path("id").asText());
    assertThat(texts(shown.path("tags"))).containsExactly("churros-testing");
    client.remove("instances/" + made.path("id").asText());
  }

  @ParameterizedTest
  @EnumSource
  void tags_are_replaced_by_putting_the_answer_to_the_post_back(Subject subject) throws Exception {
    ObjectNode made = (ObjectNode) client.provision("instances", body(subject, NAME));
    String path = "instances/" + made.path("id").asText();

    made.putArray("tags").add("test");
    ObjectNode replaced = (ObjectNode) client.put(path, made);
    assertThat(texts(replaced.path("tags"))).containsExactly("test");
    replaced.putArray("tags");
    client.put(path, replaced);

    assertThat(client.get(path).path("tags").isArray()).isTrue();
    assertThat(client.get(path).path("tags")).isEmpty();
    assertThat(client.get("hubs/%s/ping".formatted(subject.hub))).isNotEmpty();
    client.remove(path);
  }

  @ParameterizedTest
  @EnumSource
  void html_is_taken_out_of_names_and_the_tags_that_follow_from_them(Subject subject)
      throws Exception {
    JsonNode made = client.provision("instances", body(subject, LINK.formatted("@churros-xss")));
    String path = "/instances/" + made.path("id").asText();

    JsonNode shown = client.get(path);
    assertThat(shown.path("name").asText()).isEqualTo("@churros-xss");
    assertThat(shown.at("/tags/0").asText()).isEqualTo("@churros-xss");
    for (String where : List.of(path, "/instances")) {
      String name = "churros-xss-updated" + where.length();
      JsonNode patched =
          client.patch(where, JSON.createObjectNode().put("name", LINK.formatted(name)));
      assertThat(patched.path("name").asText()).isEqualTo(name);
    }
    client.remove(path);
  }

  @ParameterizedTest
  @EnumSource
  void a_deleted_instance_opens_nothing_any_more(Subject subject) throws Exception {
    JsonNode made = client.provision("instances", body(subject, NAME));
    client.remove("/instances/" + made.path("id").asText());
    String resource = "hubs/%s/%s?pageSize=1".formatted(subject.hub, subject.resource);

    assertThat(client.status(resource)).as("without any token").isEqualTo(401);
    client.useToken(made.path("token").asText());
    assertThat(client.status(resource)).as("with the old token").isEqualTo(401);
    assertThat(client.status("hubs/%s/ping".formatted(subject.hub))).isEqualTo(401);
    assertThat(client.status("objects")).isEqualTo(401);
  }

  @Test
  void the_hub_of_a_path_is_passed_over() throws Exception {
    JsonNode made = client.provision("instances", body(Subject.FINANCE, NAME));

    JsonNode withHub = client.get("hubs/finance/customers?pageSize=1");
    assertThat(withHub).hasSize(1);
    for (String path :
        List.of(
            "hubs/documents/customers?pageSize=1",
            "hubs/crap/customers?pageSize=1",
            "customers?pageSize=1")) {
      assertThat(client.get(path)).as(path).isEqualTo(withHub);
    }
    client.remove("instances/" + made.path("id").asText());
  }

  @ParameterizedTest
  @EnumSource
  void answers_of_a_hub_bear_the_id_of_the_instance(Subject subject) throws Exception {
    JsonNode made = client.provision("instances", body(subject, NAME));

    for (String path : List.of("/ping", "/objects")) {
      HttpResponse<String> answer = client.send("GET", path, null);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.headers().firstValue("elements-element-instance-id"))
          .contains(made.path("id").asText());
    }
    client.remove("instances/" + made.path("id").asText());
  }

  @ParameterizedTest
  @EnumSource
  void a_disabled_instance_gives_403_for_resources_and_still_lists_its_objects(Subject subject)
      throws Exception {
    JsonNode made = client.provision("instances", body(subject, NAME));
    String enabled = "instances/" + made.path("id").asText() + "/enabled";
    String resource = "hubs/%s/%s".formatted(subject.hub, subject.resource);

    client.delete(enabled);
    assertThat(client.status(resource)).isEqualTo(403);
    assertThat(client.get("/objects")).isNotEmpty();
    client.putWithoutBody(enabled);
    assertThat(client.status(resource)).isEqualTo(subject == Subject.FINANCE ? 200 : 501);
    assertThat(client.status("/ping")).isEqualTo(200);
    client.remove("instances/" + made.path("id").asText());
  }

  @Test
  void both_logins_lead_to_the_two_secrets() throws Exception {
    String form = "j_username=admin%40localhost&j_password=" + PASSWORD.replace(" ", "+");
    HttpResponse<String> byForm =
        send("POST", "/elements/j_spring_security_check", form, "Content-Type", FORM);
    assertThat(byForm.statusCode()).as(byForm.body()).isEqualTo(200);
    String cookie = byForm.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    HttpResponse<String> ofCookie =
        send("GET", "/elements/api-v1/ui/getSecrets", null, "Cookie", cookie);
    assertThat(ofCookie.statusCode()).isEqualTo(200);
    assertThat(json(ofCookie).path("user").asText()).isEqualTo(USER_SECRET);
    assertThat(json(ofCookie).path("company").asText()).isEqualTo(ORGANIZATION_SECRET);

    String names =
        JSON.createObjectNode()
            .put("username", "admin@localhost")
            .put("password", PASSWORD)
            .toString();
    HttpResponse<String> byJson =
        send("POST", "/elements/api-v2/authentication", names, "Content-Type", "application/json");
    assertThat(byJson.statusCode()).as(byJson.body()).isEqualTo(200);
    String bearer = "Bearer " + json(byJson).path("token").asText();
    HttpResponse<String> ofToken =
        send("GET", "/elements/api-v2/authentication/secrets", null, "Authorization", bearer);
    assertThat(ofToken.statusCode()).isEqualTo(200);
    assertThat(json(ofToken).path("userSecret").asText()).isEqualTo(USER_SECRET);
    assertThat(json(ofToken).path("organizationSecret").asText()).isEqualTo(ORGANIZATION_SECRET);
  }

  private static HttpResponse<String> send(
      String method, String path, String body, String header, String value) throws Exception {
    return application.send(
        HttpRequest.newBuilder(application.uri(path))
            .header(header, value)
            .method(
                method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
