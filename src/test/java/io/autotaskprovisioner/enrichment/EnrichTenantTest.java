package io.autotaskprovisioner.enrichment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.simulator.Fault;
import io.autotaskprovisioner.simulator.SeenRequest;
import io.autotaskprovisioner.simulator.SimulatedUser;
import io.autotaskprovisioner.simulator.Switches;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.support.LogLines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole application against the simulator. */
class EnrichTenantTest {

  private static final String BASIC =
      Base64.getEncoder()
          .encodeToString("user-1@customer-1.example:secret-1".getBytes(StandardCharsets.UTF_8));

  @TempDir Path folder;
  private RunningApplication application;

  @AfterEach
  void stop() {
    if (application != null) {
      application.close();
    }
  }

  @Test
  void version_and_own_company_show_in_the_instance_soon_after_it_was_answered() throws Exception {
    start(Map.of());
    long first = provision(1);

    await().untilAsserted(() -> assertThat(tenant(first).path("companyName").isNull()).isFalse());

    JsonNode tenant = tenant(first);
    assertThat(tenant.path("productVersion").asText()).isEqualTo("2026.3.0.17");
    assertThat(tenant.path("companyName").asText())
        .isEqualTo(application.simulator().user(login(1)).companyName());
  }

  @Test
  void a_tenant_is_asked_once_and_its_further_instances_know_at_once() throws Exception {
    start(Map.of());
    long first = provision(1);
    await().until(() -> calls("companies").size() == 1);
    await().untilAsserted(() -> assertThat(tenant(first).path("companyName").isNull()).isFalse());

    long second = provision(1);

    assertThat(tenant(second).path("companyName")).isEqualTo(tenant(first).path("companyName"));
    assertThat(eventData(second)).contains("2026.3.0.17");
    assertThat(calls("version")).hasSize(1);
    assertThat(calls("companies")).hasSize(1);
  }

  @Test
  void a_missing_permission_is_remembered_and_never_asked_for_again() throws Exception {
    start(Map.of());
    SimulatedUser user = application.simulator().user(login(1));
    application.simulator().put(user.without("companies"));

    long id = provision(1);

    await().untilAsserted(() -> assertThat(status()).isEqualTo("FINISHED"));
    assertThat(tenant(id).path("companyName").isNull()).isTrue();
    assertThat(tenant(id).path("productVersion").asText()).isEqualTo("2026.3.0.17");
    provision(1);
    assertThat(calls("companies")).hasSize(1);
  }

  @Test
  void a_rejected_login_is_asked_once_and_left_alone() throws Exception {
    start(Map.of());
    application.simulator().add(new Fault(Fault.Kind.ERRORS, 0, "/version", 401, "", 0));

    provision(1);

    await().untilAsserted(() -> assertThat(status()).isEqualTo("FAILED"));
    assertThat(calls("version")).hasSize(1);
    assertThat(calls("companies")).isEmpty();
    assertThat(number("select count(*) from login_guard where closed_until is not null"))
        .as("nobody else tries that login either")
        .isEqualTo(1);
  }

  @Test
  void a_closed_login_is_not_sent() throws Exception {
    startWithoutLooking();
    provision(1);
    application
        .simulator()
        .add(new Fault(Fault.Kind.ERRORS, 1, "/thresholdinformation", 401, "", 0));
    assertThat(application.post("/elements/api-v2/instances", body(1)).statusCode()).isEqualTo(401);

    askNow();

    assertThat(calls("version")).isEmpty();
    assertThat(status()).isEqualTo("WAITING");
  }

  @Test
  void an_outage_is_tried_again_for_what_is_missing() throws Exception {
    start(Map.of("enrichment.retry.first-delay", "100ms"));
    application.simulator().add(new Fault(Fault.Kind.GATEWAY, 2, "/companies", 502, "", 0));

    long id = provision(1);

    await().untilAsserted(() -> assertThat(tenant(id).path("companyName").isNull()).isFalse());
    assertThat(calls("version")).hasSize(1);
    assertThat(calls("companies")).hasSize(3);
  }

  @Test
  void a_redirect_is_not_followed() throws Exception {
    start(Map.of("enrichment.retry.first-delay", "1h"));
    application.simulator().add(new Fault(Fault.Kind.REDIRECT, 1, "/version", 302, "", 0));

    provision(1);

    await().untilAsserted(() -> assertThat(failure()).contains("PROVIDER_ERROR"));
    assertThat(calls("version")).hasSize(1);
  }

  @Test
  void a_zone_that_may_not_receive_credentials_gets_none() throws Exception {
    startWithoutLooking();
    provision(1);
    execute("update instance set zone_url = 'http://127.0.0.1:9/ATServicesRest/'");

    askNow();

    assertThat(status()).isEqualTo("FAILED");
    assertThat(failure()).startsWith("HOST_NOT_ALLOWED");
    assertThat(calls("version")).isEmpty();
  }

  @Test
  void a_call_leaves_nothing_of_a_secret_behind_and_takes_no_header_along() throws Exception {
    try (LogLines log = LogLines.ofAll()) {
      startWithoutLooking();
      application.context().setMessageHistory(true);
      provision(1);
      TenantTask task = claim().get(0);

      try (var template = application.context().createProducerTemplate()) {
        Exchange call =
            template.send(
                "direct:enrich-tenant-version",
                exchange -> {
                  exchange.getMessage().setBody(task);
                  exchange.getMessage().setHeader("CamelHttpUri", "http://127.0.0.1:9/elsewhere");
                  exchange.getMessage().setHeader("cAmelHttpUri", "http://127.0.0.1:9/elsewhere");
                  exchange.getMessage().setHeader("CamelHttpPath", "elsewhere");
                  exchange.getMessage().setHeader("CamelHttpMethod", "DELETE");
                  exchange.getMessage().setHeader("Cookie", "session=of-somebody");
                });

        assertThat(call.getException()).isNull();
        assertThat(call.getMessage().getBody(VersionAnswer.class).majorVersion()).isEqualTo("2026");
        assertThat(call.getMessage().getHeaders()).isEmpty();
        assertThat(everythingIn(call))
            .doesNotContain("secret-1", BASIC, Switches.DEMO_INTEGRATION_CODE, "HttpPassage");
      }
      assertThat(calls("version")).hasSize(1);
      assertThat(log.all()).noneMatch(line -> line.contains("secret-1") || line.contains(BASIC));
    }
  }

  @Test
  void a_failed_call_leaves_nothing_behind_either() throws Exception {
    startWithoutLooking();
    provision(1);
    application.simulator().add(new Fault(Fault.Kind.CLOSE, 1, "/version", 200, "", 0));
    TenantTask task = claim().get(0);
    try (var template = application.context().createProducerTemplate()) {
      Exchange call =
          template.send(
              "direct:enrich-tenant-version", exchange -> exchange.getMessage().setBody(task));

      assertThat(call.getException()).isInstanceOf(java.io.IOException.class);
      assertThat(call.getMessage().getHeaders()).isEmpty();
      assertThat(everythingIn(call) + call.getException()).doesNotContain("secret-1", BASIC);
    }
    assertThat(calls("version")).as("the client does not try again by itself").hasSize(1);
  }

  @Test
  void a_setting_switches_it_off_and_the_work_is_kept_for_later() throws Exception {
    start(Map.of("enrichment.enabled", "false"));
    provision(1);

    assertThat(status()).isEqualTo("WAITING");
    assertThat(application.context().getRoute("enrich-tenant-due")).isNull();
  }

  @Test
  void what_a_killed_process_had_under_way_is_asked_again_when_its_lease_ended() throws Exception {
    startWithoutLooking();
    provision(1);
    execute(
        "update tenant set status = 'RUNNING', lease_id = 1, attempts = 1,"
            + " lease_until = current_timestamp + interval '1' hour");
    askNow();
    assertThat(calls("version")).isEmpty();

    execute("update tenant set lease_until = current_timestamp - interval '1' second");
    askNow();

    assertThat(status()).isEqualTo("FINISHED");
    assertThat(calls("version")).hasSize(1);
  }

  private void start(Map<String, String> settings) throws Exception {
    Map<String, String> all = new HashMap<>(Map.of("enrichment.poll-interval", "100ms"));
    all.putAll(settings);
    application = RunningApplication.start(folder, all);
  }

  /** Tenants are asked when a test says so. */
  private void startWithoutLooking() throws Exception {
    start(Map.of("enrichment.enabled", "false"));
  }

  /** What the timer does, at once. */
  private void askNow() throws Exception {
    try (var template = application.context().createProducerTemplate()) {
      claim().forEach(task -> template.sendBody("direct:enrich-tenant", task));
    }
  }

  private List<TenantTask> claim() {
    return application
        .context()
        .getRegistry()
        .lookupByNameAndType("dueTenants", DueTenants.class)
        .claim();
  }

  private static String everythingIn(Exchange exchange) {
    return exchange.getMessage().getHeaders()
        + " "
        + exchange.getAllProperties()
        + " "
        + exchange.getVariables()
        + " "
        + exchange.getMessage().getBody();
  }

  private long provision(int customer) throws Exception {
    var answer = application.post("/elements/api-v2/instances", body(customer));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return RunningApplication.json(answer).path("id").asLong();
  }

  private static String login(int customer) {
    return "user-%1$d@customer-%1$d.example".formatted(customer);
  }

  private static String body(int customer) {
    return """
    {"name": "Customer", "element": {"key": "autotaskfinance"}, "configuration": {
      "finance.autotask.username": "%s", "finance.autotask.password": "secret-%d",
      "finance.autotask.server.url": "https://ww3.autotask.net"}}"""
        .formatted(login(customer), customer);
  }

  private JsonNode tenant(long id) throws Exception {
    return RunningApplication.json(
        application.get("/elements/api-v2/instances/" + id + "/autotask"));
  }

  private List<SeenRequest> calls(String target) {
    return application.simulator().requests().stream()
        .filter(request -> request.path().toLowerCase(Locale.ROOT).contains("/" + target))
        .toList();
  }

  private String status() {
    return text("select status from tenant");
  }

  private String failure() {
    return String.valueOf(text("select failure from tenant"));
  }

  private String eventData(long instance) {
    return text("select data_json from event where instance_id = " + instance);
  }

  private void execute(String sql) {
    database()
        .transaction(
            connection -> {
              try (var statement = connection.createStatement()) {
                return statement.executeUpdate(sql);
              }
            });
  }

  private String text(String query) {
    return database()
        .transaction(
            connection -> {
              try (var statement = connection.createStatement();
                  var rows = statement.executeQuery(query)) {
                return rows.next() ? rows.getString(1) : null;
              }
            });
  }

  private long number(String query) {
    return Long.parseLong(text(query));
  }

  private Database database() {
    return application.context().getRegistry().findSingleByType(Database.class);
  }
}
