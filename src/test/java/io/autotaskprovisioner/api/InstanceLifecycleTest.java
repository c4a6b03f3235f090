package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.RunningApplication.ORGANIZATION_SECRET;
import static io.autotaskprovisioner.RunningApplication.USER_SECRET;
import static io.autotaskprovisioner.RunningApplication.customers;
import static io.autotaskprovisioner.RunningApplication.json;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.simulator.Fault;
import io.autotaskprovisioner.support.WebhookReceiver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes, switches, rows and the end of instances, by id, by element and by token. */
class InstanceLifecycleTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String API = "/elements/api-v2";
  private static final String INSTANCES = API + "/instances";
  private static final String USER_NAME = "finance.autotask.username";
  private static final String PASSWORD = "finance.autotask.password";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path folder;
  private static final WebhookReceiver receiver = new WebhookReceiver();
  private static RunningApplication application;
  private static int customer = 100;

  @BeforeAll
  static void start() throws Exception {
    application =
        RunningApplication.start(
            folder, Map.of("delivery.everything.webhook", receiver.url("/hook")));
    // One accepted login, so that rejected ones do not make the integration code suspect.
    provision();
  }

  @AfterAll
  static void stop() {
    application.close();
    receiver.close();
  }

  // ---- changes

  @Test
  void an_instance_as_get_showed_it_is_put_back_and_keeps_its_secret_and_its_identity()
      throws Exception {
    JsonNode created = provision();
    ObjectNode shown = (ObjectNode) json(application.get(path(created)));
    assertThat(shown.at("/configuration/" + PASSWORD).asText()).isEqualTo("********");
    shown.putArray("tags");

    HttpResponse<String> answer = put(path(created), shown);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode changed = json(answer);
    for (String field : List.of("id", "token", "createdDate", "name", "configuration", "user")) {
      assertThat(changed.get(field)).as(field).isEqualTo(shown.get(field));
    }
    assertThat(changed.has("providerData")).isFalse();
    assertThat(json(application.get(path(created))).get("tags")).isEmpty();
    assertThat(put(path(created) + "?reAuthenticate=true", null).statusCode())
        .as("the stored secret is accepted by Autotask")
        .isEqualTo(200);
  }

  @Test
  void a_put_of_name_and_tags_keeps_the_configuration_and_so_does_an_empty_one() throws Exception {
    JsonNode created = provision();
    JsonNode before = json(application.get(path(created))).get("configuration");

    JsonNode named =
        json(put(path(created), body("{\"name\":\"Renamed\",\"tags\":[\"a\",\"b\"]}")));
    JsonNode emptied = json(put(path(created), body("{\"configuration\":{}}")));

    assertThat(named.get("name").asText()).isEqualTo("Renamed");
    assertThat(named.get("tags").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(named.get("configuration")).isEqualTo(before);
    assertThat(emptied.get("configuration")).isEqualTo(before);
    assertThat(emptied.get("name").asText()).isEqualTo("Renamed");
  }

  @Test
  void a_patch_changes_the_given_keys_alone_and_null_unsets_one() throws Exception {
    JsonNode created = provision();
    ObjectNode change = JSON.createObjectNode();
    change.put("id", 1).put("token", "stolen").put("createdDate", "2001-01-01T00:00:00Z");
    change.put("valid", false).put("disabled", true).put("elementId", 8152);
    change
        .putObject("configuration")
        .put("filter.response.nulls", false)
        .put("custom.number", 15)
        .putNull("custom.gone");

    JsonNode changed = json(patch(path(created), change));

    assertThat(changed.at("/configuration/filter.response.nulls").asText()).isEqualTo("false");
    assertThat(changed.at("/configuration/custom.number").isTextual()).isTrue();
    assertThat(changed.at("/configuration/custom.gone").isNull()).isTrue();
    assertThat(changed.at("/configuration/" + USER_NAME))
        .isEqualTo(created.at("/configuration/" + USER_NAME));
    for (String field : List.of("id", "token", "createdDate", "tags", "valid", "disabled")) {
      assertThat(changed.get(field)).as(field).isEqualTo(created.get(field));
    }
    assertThat(json(application.get(path(created)))).isEqualTo(changed);
  }

  @Test
  void html_is_stripped_from_changed_names_and_tags() throws Exception {
    JsonNode created = provision();
    JsonNode changed =
        json(
            patch(
                path(created),
                body("{\"name\":\"<a href='#'>@abc</a>\",\"tags\":[\"<b>x</b>\",\"y\"]}")));

    assertThat(changed.get("name").asText()).isEqualTo("@abc");
    assertThat(changed.get("tags").toString()).isEqualTo("[\"x\",\"y\"]");
    HttpResponse<String> blank = patch(path(created), body("{\"name\":\"<b> </b>\"}"));
    assertThat(blank.statusCode()).isEqualTo(400);
    assertThat(json(blank).get("message").asText()).contains("name");
  }

  @Test
  void a_changed_password_is_proven_first_and_the_old_one_stays_where_it_is_rejected()
      throws Exception {
    JsonNode created = provision();
    JsonNode before = json(application.get(path(created)));
    double failures = failedProvisionings();

    HttpResponse<String> rejected =
        patch(
            path(created),
            body(
                "{\"name\":\"Never\",\"configuration\":{\"%s\":\"wrong-one\"}}"
                    .formatted(PASSWORD)));

    assertThat(rejected.statusCode()).as(rejected.body()).isEqualTo(401);
    assertThat(json(rejected).get("message").asText()).contains("user name, password");
    assertThat(rejected.body()).doesNotContain("wrong-one");
    assertThat(json(application.get(path(created)))).isEqualTo(before);
    assertThat(put(path(created) + "?reAuthenticate=true", body("{}")).statusCode()).isEqualTo(200);
    HttpResponse<String> unknown =
        patch(
            path(created),
            body("{\"configuration\":{\"%s\":\"nobody@nowhere.example\"}}".formatted(USER_NAME)));
    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(json(unknown).get("providerMessage").asText()).contains("Zone information");
    assertThat(failedProvisionings()).as("no provisioning has failed").isEqualTo(failures);
    assertThat(json(application.get(path(created)))).isEqualTo(before);
  }

  private static double failedProvisionings() {
    return application
        .context()
        .getRegistry()
        .findSingleByType(MeterRegistry.class)
        .find("provisioning.requests")
        .tag("door", "http")
        .tag("outcome", "failed")
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  @Test
  void an_accepted_login_replaces_the_old_one_with_what_autotask_says_of_its_tenant()
      throws Exception {
    JsonNode created = provision();
    JsonNode tenant = json(application.get(path(created) + "/autotask"));
    int other = ++customer;
    ObjectNode change = JSON.createObjectNode();
    change
        .putObject("configuration")
        .put(USER_NAME, "user-%d@customer-%d.example".formatted(other, other))
        .put(PASSWORD, "secret-" + other);

    HttpResponse<String> changed = patch(path(created), change);

    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    assertThat(changed.body()).doesNotContain("secret-" + other);
    assertThat(json(changed).get("token")).isEqualTo(created.get("token"));
    JsonNode now = json(application.get(path(created) + "/autotask"));
    assertThat(now.get("userName").asText())
        .isEqualTo("user-%d@customer-%d.example".formatted(other, other));
    assertThat(now.get("databaseId")).isNotEqualTo(tenant.get("databaseId"));
    assertThat(
            eventually(created, "autotask.instance.updated")
                .at("/data/instance/token")
                .isMissingNode())
        .isTrue();
  }

  @Test
  void a_change_without_credentials_asks_autotask_nothing_and_reauthenticate_does()
      throws Exception {
    JsonNode created = provision();
    long before = asked(created);
    patch(path(created), body("{\"tags\":[\"quiet\"]}"));
    put(path(created), json(application.get(path(created))));
    assertThat(asked(created)).isEqualTo(before);

    assertThat(patch(path(created) + "?reAuthenticate=true", null).statusCode()).isEqualTo(200);

    assertThat(asked(created)).isGreaterThan(before);
    assertThat(patch(path(created) + "?reAuthenticate=maybe", null).statusCode()).isEqualTo(400);
  }

  /** How often the instance's login was proven; enrichment asks other questions. */
  private static long asked(JsonNode instance) {
    String userName = instance.at("/configuration/" + USER_NAME).asText();
    return application.simulator().requests().stream()
        .filter(request -> request.path().endsWith("/ThresholdInformation"))
        .filter(request -> request.user().equals(userName))
        .count();
  }

  @Test
  void a_hiccup_of_autotask_is_tried_again_and_an_outage_changes_nothing() throws Exception {
    JsonNode created = provision();
    JsonNode change = body("{\"name\":\"After the hiccup\"}");
    String proven = path(created) + "?reAuthenticate=true";
    try {
      application
          .simulator()
          .add(new Fault(Fault.Kind.GATEWAY, 1, "ThresholdInformation", 503, "", 0));
      assertThat(patch(proven, change).statusCode()).isEqualTo(200);
      application
          .simulator()
          .add(new Fault(Fault.Kind.GATEWAY, 0, "ThresholdInformation", 503, "", 0));
      HttpResponse<String> outage = patch(proven, body("{\"name\":\"Never\"}"));
      assertThat(outage.statusCode()).as(outage.body()).isEqualTo(502);
    } finally {
      application.simulator().clearFaults();
    }
    assertThat(json(application.get(path(created))).get("name").asText())
        .isEqualTo("After the hiccup");
  }

  @Test
  void a_mask_keeps_a_stored_secret_and_stands_for_none_that_is_not_stored() throws Exception {
    JsonNode created = provision();
    HttpResponse<String> nothing =
        patch(
            path(created),
            body("{\"configuration\":{\"event.notification.signature.key\":\"********\"}}"));
    assertThat(nothing.statusCode()).isEqualTo(400);
    assertThat(json(nothing).get("message").asText())
        .contains("event.notification.signature.key", "none is stored");

    HttpResponse<String> kept =
        patch(path(created), body("{\"configuration\":{\"%s\":\"********\"}}".formatted(PASSWORD)));
    assertThat(kept.statusCode()).isEqualTo(200);
    HttpResponse<String> wiped =
        patch(path(created), body("{\"configuration\":{\"%s\":null}}".formatted(PASSWORD)));
    assertThat(wiped.statusCode()).isEqualTo(400);
    assertThat(json(wiped).get("message").asText()).contains(PASSWORD);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"element\":{\"key\":\"nope\"}} | element autotaskfinance",
        "{\"element\":{\"id\":50}} | element autotaskfinance",
        "{\"elementId\":123} | element autotaskfinance",
        "{\"externalAuthentication\":\"initial\"} | externalAuthentication",
        "{\"tags\":\"ops\"} | tags",
        "{\"tags\":[1]} | tags[0]",
        "{\"name\":7} | name",
        "{\"name\":\"a\\u0000b\"} | name",
        "{\"configuration\":{\"k\":\"\\ud800\"}} | configuration.k",
        "{\"configuration\":[]} | configuration",
        "{\"configuration\":{\"finance.autotask.server.url\":\"https://evil.example\"}} | ",
        "[] | JSON object",
        "{ | valid JSON"
      })
  void a_change_that_cannot_be_is_refused_with_its_reason_and_changes_nothing(
      String change, String reason) throws Exception {
    JsonNode created = provision();
    JsonNode before = json(application.get(path(created)));

    HttpResponse<String> answer =
        application.send(application.request("PATCH", path(created), change));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(json(answer).get("message").asText()).contains(reason == null ? "" : reason);
    assertThat(json(application.get(path(created)))).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"key\":\"autotaskfinance\"}", "{\"id\":4895}", "\"8152\"", "8152"})
  void its_own_element_may_be_named_in_every_form(String element) throws Exception {
    JsonNode created = provision();
    HttpResponse<String> answer =
        patch(path(created), body("{\"element\":%s,\"name\":\"Same\"}".formatted(element)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void many_changes_at_the_same_moment_all_last() throws Exception {
    JsonNode created = provision();
    int count = 24;
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ObjectNode change = JSON.createObjectNode();
        change.putObject("configuration").put("custom.key" + i, "value" + i);
        answers.add(callers.submit(() -> patch(path(created), change)));
      }
      for (Future<HttpResponse<String>> answer : answers) {
        assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(200);
      }
    } finally {
      callers.shutdown();
    }
    JsonNode configuration = json(application.get(path(created))).get("configuration");
    for (int i = 0; i < count; i++) {
      assertThat(configuration.get("custom.key" + i).asText()).isEqualTo("value" + i);
    }
  }

  @Test
  void patches_add_no_more_keys_than_a_post_may_have() throws Exception {
    JsonNode created = provision();
    for (int half = 0; half < 2; half++) {
      ObjectNode change = JSON.createObjectNode();
      ObjectNode configuration = change.putObject("configuration");
      for (int i = 0; i < 150; i++) {
        configuration.put("custom.%d.%d".formatted(half, i), "x");
      }
      assertThat(patch(path(created), change).statusCode()).isEqualTo(half == 0 ? 200 : 400);
    }
  }

  // ---- by element, by token

  @ParameterizedTest
  @ValueSource(strings = {"autotaskfinance", "8152", "4895"})
  void the_path_may_name_the_element_too(String element) throws Exception {
    JsonNode created = provision();
    String path = API + "/elements/" + element + "/instances/" + created.get("id").asText();

    assertThat(put(path, body("{\"name\":\"By element\"}")).statusCode()).isEqualTo(200);
    assertThat(json(patch(path, body("{\"tags\":[]}"))).get("name").asText())
        .isEqualTo("By element");
    HttpResponse<String> wrong =
        put(path.replace("/" + element + "/", "/nope/"), body("{\"name\":\"x\"}"));
    assertThat(wrong.statusCode()).isEqualTo(404);
    assertThat(json(wrong).get("message").asText()).isEqualTo("No element found with key nope");
    assertThat(application.send(application.request("DELETE", path, null)).statusCode())
        .isEqualTo(200);
    assertThat(application.send(application.request("DELETE", path, null)).statusCode())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "User %1$s, Element %3$s",
        "Element %3$s, User %1$s",
        "User %1$s, Organization %2$s, Element %3$s",
        "Element %3$s, User %1$s, Organization %2$s",
        "User %1$s, Organization %2$s Element %3$s",
        "user %1$s,element   %3$s"
      })
  void the_token_stands_for_the_instance_however_the_pairs_are_written(String header)
      throws Exception {
    JsonNode created = provision();
    HttpResponse<String> answer =
        byToken(header, created, "PATCH", INSTANCES, "{\"name\":\"Twin\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(json(answer).get("id")).isEqualTo(created.get("id"));
    assertThat(json(application.get(path(created))).get("name").asText()).isEqualTo("Twin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "User %1$s",
        "Element %3$s",
        "Element %3$s, Organization %2$s",
        "User wrong, Element %3$s",
        "User %1$s, Element wrong",
        "User %1$s, Organization wrong, Element %3$s",
        "User %1$s, Organization %2$s",
        ""
      })
  void a_call_by_token_without_secret_or_token_of_the_caller_is_401_with_the_sentence(String header)
      throws Exception {
    JsonNode created = provision();
    for (String call :
        List.of(
            "PUT /instances",
            "DELETE /instances",
            "PUT /instances/enabled",
            "DELETE /instances/trace-logging",
            "GET /instances/configuration")) {
      String[] parts = call.split(" ");
      HttpResponse<String> answer = byToken(header, created, parts[0], API + parts[1], null);
      assertThat(answer.statusCode()).as(call).isEqualTo(401);
      assertThat(json(answer).get("message").asText())
          .isEqualTo("Invalid Organization or User secret, or invalid Element token provided.");
    }
    assertThat(application.get(path(created)).statusCode()).isEqualTo(200);
  }

  @Test
  void a_surplus_token_neither_breaks_nor_reroutes_a_platform_call() throws Exception {
    JsonNode meant = provision();
    JsonNode surplus = provision();
    String all = "Element %3$s, User %1$s, Organization %2$s";

    assertThat(byToken(all, surplus, "PATCH", path(meant), "{\"name\":\"Meant\"}").statusCode())
        .isEqualTo(200);
    assertThat(json(byToken(all, surplus, "GET", INSTANCES, null)).isArray()).isTrue();
    String unknown = "Element unknown, User %1$s, Organization %2$s";
    assertThat(byToken(unknown, meant, "GET", path(meant), null).statusCode()).isEqualTo(200);

    assertThat(json(application.get(path(meant))).get("name").asText()).isEqualTo("Meant");
    assertThat(json(application.get(path(surplus))).get("name").asText()).isNotEqualTo("Meant");
  }

  @Test
  void nobody_changes_or_removes_another_accounts_instance() throws Exception {
    JsonNode created = provision();
    JsonNode account =
        json(
            application.post(
                "/accounts",
                "{\"email\":\"other@example.com\",\"firstName\":\"O\",\"lastName\":\"T\"}"));
    String other =
        "User %s, Organization %s"
            .formatted(
                account.path("userSecret").asText(), account.path("organizationSecret").asText());
    assertThat(account.path("userSecret").asText()).as(account.toString()).isNotEmpty();
    String id = path(created);
    for (String call :
        List.of(
            "PUT " + id,
            "PATCH " + id,
            "DELETE " + id,
            "PUT " + id + "/enabled",
            "DELETE " + id + "/trace-logging",
            "GET " + id + "/configuration",
            "PATCH " + id + "/configuration/1000")) {
      String[] parts = call.split(" ");
      HttpResponse<String> answer = byToken(other, created, parts[0], parts[1], null);
      assertThat(answer.statusCode()).as(call).isEqualTo(404);
      assertThat(json(answer).get("message").asText())
          .isEqualTo("No element instance found with ID " + created.get("id").asText());
    }
    String token = "User %s, Element %%3$s".formatted(account.path("userSecret").asText());
    assertThat(byToken(token, created, "DELETE", INSTANCES, null).statusCode()).isEqualTo(401);
    assertThat(application.get(id).statusCode()).isEqualTo(200);
  }

  // ---- the end

  @Test
  void a_deleted_instance_is_gone_with_its_token_and_is_told_of() throws Exception {
    JsonNode created = provision();
    HttpResponse<String> answer = delete(path(created));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{}");
    for (String verb : List.of("DELETE", "GET", "PUT", "PATCH")) {
      HttpResponse<String> again = application.send(application.request(verb, path(created), null));
      assertThat(again.statusCode()).as(verb).isEqualTo(404);
      assertThat(json(again).get("message").asText())
          .isEqualTo("No element instance found with ID " + created.get("id").asText());
    }
    assertThat(twin(created, "PUT", INSTANCES, "{}").statusCode()).isEqualTo(401);
    JsonNode event = eventually(created, "autotask.instance.deleted");
    assertThat(event.at("/data/instance/name")).isEqualTo(created.get("name"));
    assertThat(event.at("/data/instance").has("token")).isFalse();
  }

  @Test
  void delete_by_token_removes_the_instance_of_the_token() throws Exception {
    JsonNode created = provision();
    assertThat(twin(created, "DELETE", INSTANCES, null).statusCode()).isEqualTo(200);
    assertThat(twin(created, "DELETE", INSTANCES, null).statusCode()).isEqualTo(401);
    assertThat(application.get(path(created)).statusCode()).isEqualTo(404);
  }

  @Test
  void the_request_id_of_a_deleted_instance_provisions_anew() throws Exception {
    ObjectNode body = validBody().put("requestId", "order-1");
    JsonNode first = json(application.post(INSTANCES, body.toString()));
    delete(path(first));
    JsonNode second = json(application.post(INSTANCES, body.toString()));
    assertThat(second.get("id").asLong()).isGreaterThan(first.get("id").asLong());
  }

  @Test
  void the_same_file_provisions_anew_what_was_deleted_and_the_journal_keeps_what_it_made()
      throws Exception {
    String csv = customers(71, 72);
    application.drop("again.csv", csv);
    assertThat(application.awaitFinished("again").path("succeeded").asInt()).isEqualTo(2);
    List<String> lines =
        Files.readAllLines(application.results().resolve("again.succeeded.ndjson"));
    JsonNode gone = JSON.readTree(lines.get(0));
    gone = gone.has("instance") ? gone.get("instance") : gone;
    assertThat(delete(path(gone)).statusCode()).isEqualTo(200);

    application.drop("second.csv", csv);
    JsonNode summary = application.awaitFinished("second");

    assertThat(summary.path("succeeded").asInt()).as(summary.toString()).isEqualTo(1);
    assertThat(summary.path("duplicate").asInt()).isEqualTo(1);
    long id = gone.get("id").asLong();
    JsonNode requests = json(application.get("/requests?status=SUCCEEDED&pageSize=500"));
    assertThat(requests)
        .anySatisfy(row -> assertThat(row.path("instanceId").asLong()).isEqualTo(id));
  }

  // ---- switches

  @Test
  void an_instance_is_disabled_and_enabled_again_and_repeats_change_nothing() throws Exception {
    JsonNode created = provision();
    String enabled = path(created) + "/enabled";

    assertThat(delete(enabled).body()).isEqualTo("{}");
    assertThat(delete(enabled).statusCode()).isEqualTo(200);
    assertThat(json(application.get(path(created))).get("disabled").asBoolean()).isTrue();
    assertThat(application.send(application.request("PUT", enabled, null)).statusCode())
        .isEqualTo(200);
    assertThat(twin(created, "PUT", INSTANCES + "/enabled", null).statusCode()).isEqualTo(200);
    assertThat(json(application.get(path(created))).get("disabled").asBoolean()).isFalse();
    assertThat(twin(created, "DELETE", INSTANCES + "/enabled", "null").statusCode()).isEqualTo(200);
    assertThat(json(application.get(path(created))).get("disabled").asBoolean()).isTrue();

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(eventTypes(created))
                    .containsExactlyInAnyOrder(
                        "autotask.instance.provisioned",
                        "autotask.instance.disabled",
                        "autotask.instance.enabled",
                        "autotask.instance.disabled"));
  }

  @Test
  void trace_logging_is_a_flag_that_both_ways_switch() throws Exception {
    JsonNode created = provision();
    String tracing = path(created) + "/trace-logging";

    assertThat(put(tracing, body("{\"duration\":60}")).body()).isEqualTo("{}");
    assertThat(json(application.get(path(created))).get("traceLoggingEnabled").asBoolean())
        .isTrue();
    assertThat(twin(created, "DELETE", INSTANCES + "/trace-logging", null).statusCode())
        .isEqualTo(200);
    assertThat(json(application.get(path(created))).get("traceLoggingEnabled").asBoolean())
        .isFalse();
    assertThat(twin(created, "PUT", INSTANCES + "/trace-logging", null).statusCode())
        .isEqualTo(200);
    assertThat(delete(tracing).statusCode()).isEqualTo(200);
    for (String wrong :
        List.of(
            "{\"duration\":0}",
            "{\"duration\":-5}",
            "{\"duration\":1.5}",
            "{\"duration\":\"x\"}",
            "{\"duration\":99999999999}",
            "[]")) {
      HttpResponse<String> answer = application.send(application.request("PUT", tracing, wrong));
      assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
    }
    assertThat(json(application.get(path(created))).get("traceLoggingEnabled").asBoolean())
        .isFalse();
  }

  // ---- configuration rows

  @Test
  void configuration_rows_show_defaults_and_further_keys_and_mask_secrets() throws Exception {
    JsonNode created = provision();
    patch(path(created), body("{\"configuration\":{\"custom.key\":\"mine\"}}"));

    JsonNode rows = json(application.get(path(created) + "/configuration"));

    assertThat(rows.isArray()).isTrue();
    JsonNode nulls = row(rows, "filter.response.nulls");
    List<String> names = new ArrayList<>();
    nulls.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactly(
            "id",
            "key",
            "name",
            "description",
            "propertyValue",
            "active",
            "required",
            "type",
            "hideFromConsole");
    assertThat(nulls.get("propertyValue").asText()).isEqualTo("true");
    assertThat(nulls.get("type").asText()).isEqualTo("BOOLEAN");
    assertThat(row(rows, "event.notification.enabled").get("propertyValue").asText())
        .isEqualTo("false");
    assertThat(row(rows, PASSWORD).get("propertyValue").asText()).isEqualTo("********");
    assertThat(row(rows, USER_NAME).get("propertyValue"))
        .isEqualTo(created.at("/configuration/" + USER_NAME));
    assertThat(row(rows, "custom.key").get("propertyValue").asText()).isEqualTo("mine");
    assertThat(row(rows, "event.notification.signature.key").get("propertyValue").isNull())
        .isTrue();
    assertThat(json(twin(created, "GET", INSTANCES + "/configuration", null))).isEqualTo(rows);
  }

  @Test
  void a_row_is_changed_by_the_whole_row_or_its_value_through_both_twins() throws Exception {
    JsonNode created = provision();
    JsonNode row =
        row(json(application.get(path(created) + "/configuration")), "filter.response.nulls");
    String byId = path(created) + "/configuration/" + row.get("id").asText();
    String byToken = INSTANCES + "/configuration/" + row.get("id").asText();
    ObjectNode whole = row.deepCopy();
    whole.put("propertyValue", "false");

    assertThat(json(patch(byId, whole))).isEqualTo(whole);
    assertThat(json(twin(created, "GET", byToken, null))).isEqualTo(whole);
    JsonNode back = json(twin(created, "PATCH", byToken, "{\"propertyValue\":true}"));
    assertThat(back).isEqualTo(row);
    assertThat(json(application.get(byId))).isEqualTo(row);
    assertThat(patch(byId, body("{\"propertyValue\":null}")).statusCode()).isEqualTo(200);
    assertThat(json(application.get(byId)).get("propertyValue").asText()).isEqualTo("true");
  }

  @Test
  void the_row_of_a_credential_changes_only_when_autotask_accepts_it() throws Exception {
    JsonNode created = provision();
    JsonNode rows = json(application.get(path(created) + "/configuration"));
    String password = path(created) + "/configuration/" + row(rows, PASSWORD).get("id").asText();

    assertThat(patch(password, body("{\"propertyValue\":\"not-it\"}")).statusCode()).isEqualTo(401);
    HttpResponse<String> masked = patch(password, body("{\"propertyValue\":\"********\"}"));
    assertThat(masked.statusCode()).isEqualTo(200);
    assertThat(json(masked).get("propertyValue").asText()).isEqualTo("********");
    assertThat(put(path(created) + "?reAuthenticate=true", null).statusCode()).isEqualTo(200);
  }

  @Test
  void event_configuration_is_checked_when_it_changes_too() throws Exception {
    JsonNode created = provision();
    JsonNode rows = json(application.get(path(created) + "/configuration"));
    String vendor =
        path(created) + "/configuration/" + row(rows, "event.vendor.type").get("id").asText();

    for (HttpResponse<String> refused :
        List.of(
            patch(vendor, body("{\"propertyValue\":\"webhooks\"}")),
            patch(
                path(created), body("{\"configuration\":{\"event.vendor.type\":\"webhooks\"}}")))) {
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
      assertThat(json(refused).get("message").asText()).contains("event.vendor.type");
    }
    assertThat(patch(vendor, body("{\"propertyValue\":\"polling\"}")).statusCode()).isEqualTo(200);
  }

  @Test
  void a_row_that_is_not_the_instances_is_404_and_a_change_that_is_none_400() throws Exception {
    JsonNode created = provision();
    JsonNode other = provision();
    patch(path(other), body("{\"configuration\":{\"custom.other\":\"x\"}}"));
    String foreign =
        row(json(application.get(path(other) + "/configuration")), "custom.other")
            .get("id")
            .asText();
    String rows = path(created) + "/configuration/";
    for (String id : List.of(foreign, "999999999999", "abc", "-1")) {
      assertThat(application.get(rows + id).statusCode()).as(id).isEqualTo(404);
      assertThat(patch(rows + id, body("{\"propertyValue\":\"x\"}")).statusCode())
          .as(id)
          .isEqualTo(404);
    }
    String own =
        row(json(application.get(path(created) + "/configuration")), USER_NAME).get("id").asText();
    for (String wrong :
        List.of(
            "{}",
            "[]",
            "\"x\"",
            "{\"propertyValue\":[]}",
            "{\"key\":\"another\",\"propertyValue\":\"x\"}")) {
      HttpResponse<String> answer =
          application.send(application.request("PATCH", rows + own, wrong));
      assertThat(answer.statusCode()).as(wrong + answer.body()).isEqualTo(400);
    }
  }

  // ---- how calls are sent

  @Test
  void bodiless_calls_and_null_bodies_and_trailing_slashes_are_taken() throws Exception {
    JsonNode created = provision();
    String path = path(created);
    for (String call :
        List.of(
            "PUT " + path + "/enabled",
            "DELETE " + path + "/enabled",
            "PUT " + path + "/trace-logging",
            "DELETE " + path + "/trace-logging",
            "PUT " + path,
            "PATCH " + path)) {
      String[] parts = call.split(" ");
      for (String slash : List.of("", "/")) {
        String target = parts[1] + slash;
        assertThat(raw(parts[0], target, "")).as(call).contains("HTTP/1.1 200");
        assertThat(raw(parts[0], target, "Content-Length: 0\r\n")).as(call).contains(" 200 ");
        assertThat(application.send(application.request(parts[0], target, "null")).statusCode())
            .as(call)
            .isEqualTo(200);
      }
    }
    assertThat(application.get(path + "/configuration/").statusCode()).isEqualTo(200);
    assertThat(raw("DELETE", path + "/", "")).contains(" 200 ");
    JsonNode second = provision();
    assertThat(application.send(application.request("DELETE", path(second), "null")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void wrong_ids_methods_media_types_and_accepts_have_their_status() throws Exception {
    JsonNode created = provision();
    for (String id : List.of("abc", "999999999999", "0", "99999999999999999999")) {
      assertThat(delete(INSTANCES + "/" + id).statusCode()).as(id).isEqualTo(404);
    }
    assertThat(application.post(path(created), "{}").statusCode()).isEqualTo(405);
    assertThat(application.post(path(created) + "/enabled", "{}").statusCode()).isEqualTo(405);
    assertThat(
            application
                .send(application.request("PATCH", path(created) + "/enabled", "{}"))
                .statusCode())
        .isEqualTo(405);
    assertThat(delete(path(created) + "/configuration").statusCode()).isEqualTo(405);
    for (String target :
        List.of(path(created), path(created) + "/enabled", path(created) + "/trace-logging")) {
      HttpResponse<String> text =
          application.send(
              application.request("PUT", target, "{}").setHeader("Content-Type", "text/plain"));
      assertThat(text.statusCode()).as(target).isEqualTo(415);
      HttpResponse<String> xml =
          application.send(
              application.request("PUT", target, "{}").setHeader("Accept", "application/xml"));
      assertThat(xml.statusCode()).as(target).isEqualTo(406);
    }
    HttpResponse<String> unauthorized =
        application.send(
            application
                .request("DELETE", path(created), null)
                .setHeader("Authorization", "User x"));
    assertThat(unauthorized.statusCode()).isEqualTo(401);
    assertThat(application.get(path(created)).statusCode()).isEqualTo(200);
  }

  // ---- what the tests use

  private static ObjectNode validBody() {
    int number = ++customer;
    ObjectNode body = JSON.createObjectNode().put("name", "Customer " + number);
    body.putObject("element").put("key", "autotaskfinance");
    body.putArray("tags").add("ops");
    body.putObject("configuration")
        .put(USER_NAME, "user-%d@customer-%d.example".formatted(number, number))
        .put(PASSWORD, "secret-" + number)
        .put("finance.autotask.server.url", "https://ww3.autotask.net");
    return body;
  }

  private static JsonNode provision() throws Exception {
    HttpResponse<String> answer = application.post(INSTANCES, validBody().toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  private static String path(JsonNode instance) {
    return INSTANCES + "/" + instance.get("id").asText();
  }

  private static JsonNode body(String text) throws IOException {
    return JSON.readTree(text);
  }

  private static HttpResponse<String> put(String path, JsonNode body) throws Exception {
    return application.send(
        application.request("PUT", path, body == null ? null : body.toString()));
  }

  private static HttpResponse<String> patch(String path, JsonNode body) throws Exception {
    return application.send(
        application.request("PATCH", path, body == null ? null : body.toString()));
  }

  private static HttpResponse<String> delete(String path) throws Exception {
    return application.send(application.request("DELETE", path, null));
  }

  /** A call that carries the user's secret and the instance's token. */
  private static HttpResponse<String> twin(
      JsonNode instance, String method, String path, String body) throws Exception {
    return byToken("User %1$s, Element %3$s", instance, method, path, body);
  }

  private static HttpResponse<String> byToken(
      String header, JsonNode instance, String method, String path, String body) throws Exception {
    HttpRequest.Builder request =
        application
            .request(method, path, body)
            .setHeader(
                "Authorization",
                header.formatted(USER_SECRET, ORGANIZATION_SECRET, instance.get("token").asText()));
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    }
    return application.send(request);
  }

  /** A request as curl sends it: no media type, no body. */
  private static String raw(String method, String path, String headers) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", application.uri("/").getPort())) {
      socket
          .getOutputStream()
          .write(
              ("%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n%sConnection: close\r\n\r\n"
                      .formatted(method, path, RunningApplication.AUTHORIZATION, headers))
                  .getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  private static JsonNode row(JsonNode rows, String key) {
    for (JsonNode row : rows) {
      if (row.get("key").asText().equals(key)) {
        return row;
      }
    }
    throw new AssertionError("No row " + key + " in " + rows);
  }

  private static JsonNode eventually(JsonNode instance, String type) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                events(instance).stream()
                    .filter(event -> event.path("type").asText().equals(type))
                    .findFirst()
                    .orElse(null),
            event -> event != null);
  }

  private static List<String> eventTypes(JsonNode instance) throws IOException {
    return events(instance).stream().map(event -> event.path("type").asText()).toList();
  }

  private static List<JsonNode> events(JsonNode instance) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (WebhookReceiver.Received request : receiver.received()) {
      JsonNode event = JSON.readTree(request.body());
      if (event.path("subject").asText().equals("instances/" + instance.get("id").asText())) {
        events.add(event);
      }
    }
    return events;
  }
}
