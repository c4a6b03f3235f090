package io.autotaskprovisioner.schedule;

import static io.autotaskprovisioner.RunningApplication.customers;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.simulator.Fault;
import io.autotaskprovisioner.simulator.SimulatedUser;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.support.WebhookReceiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Verification of stored instances in the whole application. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StoredInstancesSuite {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private final WebhookReceiver everything = new WebhookReceiver();
  private final WebhookReceiver invalidations = new WebhookReceiver();
  private RunningApplication application;
  private int dropped;

  abstract Map<String, String> storage();

  @BeforeAll
  void start() throws Exception {
    Map<String, String> settings = new HashMap<>(storage());
    settings.put("schedule.batch.cron", "off");
    settings.put("schedule.verify.spread", "0s");
    settings.put("delivery.everything.webhook", everything.url("/hook"));
    settings.put("delivery.losses.webhook", invalidations.url("/hook"));
    settings.put("delivery.losses.events", "autotask.instance.invalidated");
    // Its calls would close a login before the verification can be told of the rejection.
    settings.put("enrichment.enabled", "false");
    application = RunningApplication.start(folder.resolve(getClass().getSimpleName()), settings);
    // One accepted login, so that rejected ones do not make the integration code suspect.
    provision(1);
  }

  @AfterAll
  void stop() {
    application.close();
    everything.close();
    invalidations.close();
  }

  @Test
  void
      a_rejected_login_makes_its_instance_invalid_and_an_accepted_one_valid_again_with_an_event_each()
          throws Exception {
    long id = provision(21);
    SimulatedUser user = user(21);
    application.simulator().put(withSecret(user, "changed at Autotask"));

    JsonNode run = verify();

    assertThat(run.path("invalidated").asInt()).isEqualTo(1);
    assertThat(run.path("checked").asLong()).isEqualTo(run.path("instances").asLong());
    assertThat(instance(id).path("valid").asBoolean()).isFalse();

    forgetClosures();
    assertThat(verify().path("invalidated").asInt()).isZero();
    assertThat(instance(id).path("valid").asBoolean()).isFalse();

    application.simulator().put(user);
    forgetClosures();
    assertThat(verify().path("validated").asInt()).isEqualTo(1);
    assertThat(verify().path("validated").asInt()).isZero();
    assertThat(instance(id).path("valid").asBoolean()).isTrue();

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(eventTypes(everything, id))
                    .containsExactlyInAnyOrder(
                        "autotask.instance.provisioned",
                        "autotask.instance.invalidated",
                        "autotask.instance.validated"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(eventTypes(invalidations, id))
                    .containsExactly("autotask.instance.invalidated"));
    JsonNode told = events(invalidations, id).get(0);
    assertThat(told.at("/data/instance/valid").asBoolean()).isFalse();
    assertThat(told.at("/data/instance/configuration/finance.autotask.password").asText())
        .isEqualTo("********");
    assertThat(told.at("/data/instance").has("token")).isFalse();
  }

  @Test
  void a_closed_login_is_not_sent_and_changes_nothing() throws Exception {
    long id = provision(22);
    application.simulator().put(withSecret(user(22), "changed at Autotask"));
    verify();
    long calls = calls(22);
    assertThat(instance(id).path("valid").asBoolean()).isFalse();

    JsonNode run = verify();

    assertThat(calls(22)).isEqualTo(calls);
    assertThat(run.path("undecided").asInt()).isPositive();
    assertThat(instance(id).path("valid").asBoolean()).isFalse();
    assertThat(application.simulator().isLocked(login(22))).isFalse();
    application.simulator().put(withSecret(user(22), "secret-22"));
    forgetClosures();
    verify();
  }

  @Test
  void what_autotask_cannot_tell_now_changes_nothing() throws Exception {
    long id = provision(23);
    application
        .simulator()
        .add(new Fault(Fault.Kind.GATEWAY, 0, "ThresholdInformation", 503, "", 0));
    try {
      JsonNode run = verify();

      assertThat(run.path("invalidated").asInt()).isZero();
      assertThat(run.path("undecided").asLong()).isEqualTo(run.path("checked").asLong());
      assertThat(instance(id).path("valid").asBoolean()).isTrue();
    } finally {
      application.simulator().clearFaults();
    }
  }

  @Test
  void a_disabled_instance_is_left_alone() throws Exception {
    long id = provision(24);
    execute("update instance set disabled = true where id = " + id);
    long calls = calls(24);

    verify();

    assertThat(calls(24)).isEqualTo(calls);
  }

  @Test
  void an_instance_that_somebody_changes_meanwhile_stays_as_he_left_it() throws Exception {
    long id = provision(25);
    SimulatedUser user = user(25);
    application.simulator().put(withSecret(user, "changed at Autotask"));
    application.simulator().set("latencyMillis", 1500);
    long calls = calls(25);
    try {
      assertThat(application.post("/schedules/verify/runs", null).statusCode()).isEqualTo(202);
      await().atMost(PATIENCE).until(() -> page(id) && calls(25) >= calls);
      execute("update instance set version = version + 1, name = 'Renamed' where id = " + id);
      awaitEnded();

      assertThat(instance(id).path("valid").asBoolean()).isTrue();
      assertThat(instance(id).path("name").asText()).isEqualTo("Renamed");
      assertThat(eventTypes(everything, id)).doesNotContain("autotask.instance.invalidated");
    } finally {
      application.simulator().set("latencyMillis", 0);
      application.simulator().put(user);
      forgetClosures();
    }
  }

  /** Whether the run that is under way has read the instance. */
  private boolean page(long id) throws Exception {
    return schedule("verify").path("runs").path(0).path("outcome").asText().equals("RUNNING")
        && application.simulator().requests().stream()
            .anyMatch(call -> call.user().equals(login(25)) && call.path().contains("zoneInfo"));
  }

  private long provision(int number) throws Exception {
    String name = "first-" + ++dropped;
    application.drop(name + ".csv", customers(number));
    JsonNode summary = application.awaitFinished(name);
    assertThat(summary.path("succeeded").asInt()).as(summary.toString()).isEqualTo(1);
    return json(application.get("/requests?status=SUCCEEDED")).findParents("userName").stream()
        .filter(request -> request.path("userName").asText().equals(login(number)))
        .findFirst()
        .orElseThrow()
        .path("instanceId")
        .asLong();
  }

  /** Has the verification run and gives the run when it has ended. */
  private JsonNode verify() throws Exception {
    await()
        .atMost(PATIENCE)
        .until(() -> application.post("/schedules/verify/runs", null).statusCode() == 202);
    return awaitEnded();
  }

  private JsonNode awaitEnded() {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> schedule("verify"),
            schedule ->
                !schedule.path("running").asBoolean()
                    && schedule.path("runs").path(0).path("outcome").asText().equals("COMPLETED")
                    && !isAskedFor())
        .path("runs")
        .path(0);
  }

  private boolean isAskedFor() {
    return number("select count(*) from qrtz_triggers where trigger_group = 'requested'") > 0;
  }

  private JsonNode schedule(String name) throws Exception {
    for (JsonNode schedule : json(application.get("/schedules"))) {
      if (schedule.path("name").asText().equals(name)) {
        return schedule;
      }
    }
    throw new AssertionError("There is no schedule " + name);
  }

  private JsonNode instance(long id) throws Exception {
    return json(application.get("/elements/api-v2/instances/" + id));
  }

  private List<String> eventTypes(WebhookReceiver receiver, long id) throws Exception {
    return events(receiver, id).stream().map(event -> event.path("type").asText()).toList();
  }

  private static List<JsonNode> events(WebhookReceiver receiver, long id) throws Exception {
    List<JsonNode> events = new ArrayList<>();
    for (WebhookReceiver.Received received : receiver.received()) {
      JsonNode event = JSON.readTree(received.body());
      if (event.at("/data/instance/id").asLong() == id) {
        events.add(event);
      }
    }
    return events;
  }

  private long calls(int number) {
    return application.simulator().requests().stream()
        .filter(call -> call.user().equals(login(number)))
        .filter(call -> call.path().contains("ThresholdInformation"))
        .count();
  }

  private SimulatedUser user(int number) {
    return application.simulator().user(login(number));
  }

  private static SimulatedUser withSecret(SimulatedUser user, String secret) {
    return new SimulatedUser(user.login(), secret, user.ci(), user.companyName());
  }

  private static String login(int number) {
    return "user-%1$d@customer-%1$d.example".formatted(number);
  }

  /** As if their five minutes were over. */
  private void forgetClosures() {
    execute("delete from login_guard where kind <> 'CODE'");
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

  private long number(String sql) {
    return database()
        .transaction(
            connection -> {
              try (var statement = connection.createStatement();
                  var row = statement.executeQuery(sql)) {
                row.next();
                return row.getLong(1);
              }
            });
  }

  private Database database() {
    return application.context().getRegistry().findSingleByType(Database.class);
  }
}
