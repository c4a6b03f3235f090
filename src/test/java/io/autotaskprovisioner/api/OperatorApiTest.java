package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.RunningApplication.customers;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.account.AccountAdministration;
import io.autotaskprovisioner.account.CallerSecrets;
import io.autotaskprovisioner.account.NewAccount;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.support.WebhookReceiver;
import io.autotaskprovisioner.support.WebhookReceiver.Answer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is stuck, why, and how it is run again: by the API alone, from dropped file to webhook. */
class OperatorApiTest {

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final String STRANGER =
      "User the-secret-of-somebody-else, Organization the-organization-of-somebody-else";

  @TempDir static Path folder;
  private static final WebhookReceiver RECEIVER = new WebhookReceiver();
  private static RunningApplication application;
  private static int customer = 100;

  @BeforeAll
  static void start() throws Exception {
    application =
        RunningApplication.start(
            folder,
            Map.of(
                "delivery.crm.webhook", RECEIVER.url("/crm"), "delivery.retry.schedule", "100ms"));
    application
        .context()
        .getRegistry()
        .findSingleByType(AccountAdministration.class)
        .create(
            new NewAccount(
                "other@customer.example",
                "Some",
                "Body",
                "member",
                new CallerSecrets(
                    "the-secret-of-somebody-else", "the-organization-of-somebody-else")));
    // One accepted login, so that a test's rejected ones do not make the integration code suspect.
    application.drop("first.csv", customers(1));
    assertThat(application.awaitFinished("first").path("succeeded").asInt()).isEqualTo(1);
  }

  @AfterAll
  static void stop() {
    application.close();
    RECEIVER.close();
  }

  @BeforeEach
  void takeEverything() {
    RECEIVER.answer(Answer.status(204));
  }

  @Test
  void a_batch_tells_its_failures_and_runs_them_again_once_the_cause_is_mended() throws Exception {
    int good = nextCustomer();
    int denied = nextCustomer();
    int alsoDenied = nextCustomer();
    deny(denied, alsoDenied);
    application.drop("monday.csv", customers(good, denied, alsoDenied));
    long id = application.awaitFinished("monday").path("id").asLong();

    JsonNode listed =
        all("/batches?pageSize=1").stream()
            .filter(batch -> batch.path("id").asLong() == id)
            .findFirst()
            .orElseThrow();
    JsonNode batch = json(ok(application.get("/batches/" + id)));
    JsonNode failures = json(ok(application.get("/batches/" + id + "/failures")));

    assertThat(listed.path("name").asText()).isEqualTo("monday.csv");
    assertThat(batch.path("status").asText()).isEqualTo("FINISHED");
    assertThat(batch.path("succeeded").asInt()).isEqualTo(1);
    assertThat(batch.path("failed").asInt()).isEqualTo(2);
    assertThat(batch.at("/failures/0/failureClass").asText()).isEqualTo("NOT_PERMITTED");
    assertThat(batch.at("/failures/0/count").asInt()).isEqualTo(2);
    assertThat(failures).hasSize(2);
    assertThat(failures.get(0).path("source").asText()).isEqualTo("monday.csv:3");
    assertThat(failures.get(0).path("recordNumber").asInt()).isEqualTo(2);
    assertThat(failures.get(0).path("advice").asText()).contains("security level");
    assertThat(failures.get(0).path("providerMessage").asText()).contains("permissions");
    assertThat(failures.toString()).doesNotContain("secret-" + denied);

    assertThat(retried("/batches/" + id + "/retry?failureClass=UNKNOWN_LOGIN")).isZero();
    allow(denied, alsoDenied);
    assertThat(retried("/batches/" + id + "/retry")).isEqualTo(2);

    awaitSuccess("/batches/" + id, 3);
    assertThat(json(application.get("/batches/" + id)).path("failed").asInt()).isZero();
    assertThat(json(application.get("/batches/" + id + "/failures"))).isEmpty();
    assertThat(retried("/batches/" + id + "/retry")).isZero();
  }

  @Test
  void a_failed_request_runs_again_once_and_one_that_is_not_failed_never() throws Exception {
    int denied = nextCustomer();
    deny(denied);
    application.drop("single.csv", customers(denied));
    long batch = application.awaitFinished("single").path("id").asLong();
    JsonNode failed =
        all("/requests?status=FAILED&failureClass=not_permitted").stream()
            .filter(request -> request.path("batchId").asLong() == batch)
            .findFirst()
            .orElseThrow();
    String path = "/requests/" + failed.path("id").asLong();
    assertThat(json(application.get(path))).isEqualTo(failed);

    allow(denied);
    assertThat(retried(path + "/retry")).isEqualTo(1);

    await()
        .atMost(PATIENCE)
        .until(() -> json(application.get(path)).path("status").asText().equals("SUCCEEDED"));
    JsonNode succeeded = json(application.get(path));
    assertThat(succeeded.path("failureClass").isNull()).isTrue();
    String instance = "/elements/api-v2/instances/" + succeeded.path("instanceId").asLong();
    assertThat(json(ok(application.get(instance))).path("name").asText())
        .isEqualTo("Customer " + denied);
    HttpResponse<String> again = application.post(path + "/retry", null);
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(json(again).path("message").asText()).contains("SUCCEEDED");
    awaitSuccess("/batches/" + batch, 1);
  }

  @Test
  void all_failed_requests_of_a_class_run_again_at_once() throws Exception {
    int denied = nextCustomer();
    int alsoDenied = nextCustomer();
    deny(denied, alsoDenied);
    application.drop("two.csv", customers(denied, alsoDenied));
    long batch = application.awaitFinished("two").path("id").asLong();

    assertThat(retried("/requests/retry?failureClass=UNKNOWN_LOGIN")).isZero();
    allow(denied, alsoDenied);
    assertThat(retried("/requests/retry?failureClass=NOT_PERMITTED")).isEqualTo(2);
    awaitSuccess("/batches/" + batch, 2);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/batches/%d",
    "GET,/batches/%d/failures",
    "POST,/batches/%d/retry",
    "GET,/requests/%d",
    "POST,/requests/%d/retry",
    "GET,/deliveries/%d",
    "POST,/deliveries/%d/redeliver"
  })
  void what_is_unknown_and_what_is_somebody_elses_are_not_found_alike(String method, String path)
      throws Exception {
    awaitDelivered();
    String list = path.substring(0, path.indexOf("/%d"));
    long id = all(list).get(0).path("id").asLong();

    HttpResponse<String> unknown =
        application.send(application.request(method, path.formatted(999_999_999), null));
    HttpResponse<String> foreign =
        application.send(
            application
                .request(method, path.formatted(id), null)
                .setHeader("Authorization", STRANGER));
    HttpResponse<String> noNumber =
        application.send(application.request(method, path.replace("%d", "abc"), null));

    assertThat(List.of(unknown.statusCode(), foreign.statusCode(), noNumber.statusCode()))
        .containsOnly(404);
    assertThat(json(foreign).path("message").asText())
        .isEqualTo(json(unknown).path("message").asText().replace("999999999", "" + id));
    assertThat(json(application.send(stranger(list)))).isEmpty();
  }

  @Test
  void pages_follow_each_other_without_gap_or_repeat() throws Exception {
    application.drop(
        "pages.csv", customers(nextCustomer(), nextCustomer(), nextCustomer(), nextCustomer()));
    application.awaitFinished("pages");

    for (String list : List.of("/requests?status=SUCCEEDED", "/deliveries?", "/batches?")) {
      List<Long> whole = ids(json(ok(application.get(list + "&pageSize=500"))));
      List<Long> paged =
          all(list + "&pageSize=2").stream().map(row -> row.path("id").asLong()).toList();
      assertThat(paged).as(list).isEqualTo(whole).doesNotHaveDuplicates().isSorted();
    }
    HttpResponse<String> page = application.get("/requests?pageSize=2");
    assertThat(json(page)).hasSize(2);
    assertThat(page.headers().firstValue("Elements-Returned-Count")).contains("2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/requests?status=LOST",
        "/requests?failureClass=BAD_LUCK",
        "/requests?pageSize=0",
        "/requests?pageSize=501",
        "/requests?nextPage=2",
        "/batches?status=DONE",
        "/batches?pageSize=many",
        "/deliveries?status=SENT",
        "/deliveries?instanceId=x",
        "/deliveries?nextPage=!"
      })
  void a_bad_filter_is_refused_with_a_word_about_it(String path) throws Exception {
    HttpResponse<String> response = application.get(path);

    String parameter = path.substring(path.indexOf('?') + 1, path.indexOf('='));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).path("message").asText()).startsWith(parameter + " must be");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/deliveries/redeliver?status=PENDING",
        "/deliveries/redeliver?ratePerSecond=0",
        "/deliveries/redeliver?ratePerSecond=fast"
      })
  void a_redelivery_of_what_is_sent_anyway_or_at_no_rate_is_refused(String path) throws Exception {
    HttpResponse<String> response = application.post(path, null);

    String parameter = path.substring(path.indexOf('?') + 1, path.indexOf('='));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).path("message").asText()).startsWith(parameter + " must be");
  }

  @Test
  void exhausted_deliveries_are_sent_again_one_by_one_or_all() throws Exception {
    awaitDelivered();
    RECEIVER.answer(Answer.status(500));
    application.drop("unheard.csv", customers(nextCustomer(), nextCustomer(), nextCustomer()));
    List<JsonNode> exhausted = awaitDeliveries("EXHAUSTED", 3);
    JsonNode first = exhausted.get(0);
    assertThat(first.path("destination").asText()).isEqualTo("crm");
    assertThat(first.path("attempts").asInt()).isEqualTo(2);
    assertThat(first.path("lastStatusCode").asInt()).isEqualTo(500);
    assertThat(first.path("nextAttemptAt").isNull()).isTrue();

    RECEIVER.answer(Answer.status(204));
    String path = "/deliveries/" + first.path("id").asLong();
    assertThat(redelivered(path + "/redeliver")).isEqualTo(1);
    await()
        .atMost(PATIENCE)
        .until(() -> json(application.get(path)).path("status").asText().equals("DELIVERED"));
    assertThat(json(application.get(path)).path("lastStatusCode").asInt()).isEqualTo(204);
    assertThat(awaitDeliveries("EXHAUSTED", 2)).doesNotContain(first);
    assertThat(redelivered("/deliveries/redeliver?destination=elsewhere")).isZero();
    assertThat(redelivered("/deliveries/redeliver?destination=crm&ratePerSecond=50")).isEqualTo(2);

    awaitDelivered();
    Set<String> heard = new HashSet<>();
    RECEIVER.received().forEach(post -> heard.add(post.id()));
    assertThat(heard).contains(webhookIds(exhausted));
  }

  @Test
  void a_destination_that_is_gone_takes_events_again_when_it_is_enabled() throws Exception {
    awaitDelivered();
    RECEIVER.answer(Answer.status(410));
    application.drop("gone.csv", customers(nextCustomer()));
    awaitDeliveries("EXHAUSTED", 1);
    await().atMost(PATIENCE).until(() -> destination().path("disabled").asBoolean());
    assertThat(destination().path("reason").asText()).contains("410");
    RECEIVER.answer(Answer.status(204));
    int heard = RECEIVER.received().size();
    application.drop("not-told.csv", customers(nextCustomer()));
    awaitDeliveries("EXHAUSTED", 2);
    assertThat(RECEIVER.received()).as("posts to a disabled destination").hasSize(heard);

    assertThat(application.send(stranger("POST", "/destinations/crm/enable")).statusCode())
        .isEqualTo(403);
    assertThat(application.post("/destinations/nobody/enable", null).statusCode()).isEqualTo(404);
    JsonNode enabled = json(ok(application.post("/destinations/crm/enable", null)));

    assertThat(enabled.path("wasDisabled").asBoolean()).isTrue();
    assertThat(destination().path("disabled").asBoolean()).isFalse();
    application.drop("told.csv", customers(nextCustomer()));
    await().atMost(PATIENCE).until(() -> RECEIVER.received().size() == heard + 1);
    assertThat(redelivered("/deliveries/redeliver")).isEqualTo(2);
    awaitDelivered();
    assertThat(RECEIVER.received()).hasSize(heard + 3);
  }

  @Test
  void what_is_stuck_tells_why_and_a_filter_counts_gives_up_and_leaves_an_operation()
      throws Exception {
    int denied = nextCustomer();
    deny(denied);
    application.drop("stuck.csv", customers(denied));
    long batch = application.awaitFinished("stuck").path("id").asLong();
    String filter = "?batch=" + batch + "&text=CUSTOMER%20" + denied;
    JsonNode row = json(ok(application.get("/requests" + filter + "&status=FAILED"))).get(0);
    assertThat(row.path("element").asText()).isEqualTo("autotaskfinance");
    assertThat(row.path("stuckSince").asText()).isEqualTo(row.path("finishedAt").asText());
    assertThat(row.path("runsAgain").asText())
        .contains("POST /requests/" + row.path("id").asLong() + "/retry");

    JsonNode dry = json(ok(application.post("/requests/discard" + filter + "&dryRun=true", null)));
    assertThat(dry.path("matching").asInt()).isEqualTo(1);
    assertThat(application.post("/requests/discard", null).statusCode()).isEqualTo(400);
    // A member's filter reaches its own rows alone, whatever it names.
    assertThat(
            json(application.send(stranger("POST", "/requests/discard" + filter)))
                .path("discarded")
                .asInt(-1))
        .isZero();
    assertThat(application.send(stranger("/requests?account=1000")).statusCode()).isEqualTo(403);
    JsonNode discarded = json(ok(application.post("/requests/discard" + filter, null)));
    assertThat(discarded.path("discarded").asInt()).isEqualTo(1);

    String path = "/operations/" + discarded.path("operationId").asLong();
    JsonNode operation = json(ok(application.get(path)));
    assertThat(operation.path("status").asText()).isEqualTo("FINISHED");
    assertThat(operation.path("filter").path("batch").asLong()).isEqualTo(batch);
    assertThat(json(ok(application.post(path + "/cancel", null)))).isEqualTo(operation);
    assertThat(all("/operations?status=FINISHED")).contains(operation);
    assertThat(application.send(stranger(path)).statusCode()).isEqualTo(404);
  }

  @Test
  void a_slow_retry_answers_with_its_operation_and_is_stopped() throws Exception {
    int[] denied = new int[8];
    for (int i = 0; i < denied.length; i++) {
      denied[i] = nextCustomer();
    }
    deny(denied);
    application.drop("slow.csv", customers(denied));
    long batch = application.awaitFinished("slow").path("id").asLong();
    allow(denied);

    HttpResponse<String> answer =
        application.post("/batches/" + batch + "/retry?ratePerSecond=1", null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    String place = answer.headers().firstValue("Location").orElseThrow();
    JsonNode stopped = json(ok(application.post(place + "/cancel", null)));

    assertThat(stopped.path("status").asText()).isEqualTo("CANCELLED");
    assertThat(stopped.path("done").asInt()).isBetween(5, 7);
    assertThat(retried("/batches/" + batch + "/retry")).isBetween(1, 3);
    awaitSuccess("/batches/" + batch, 8);
  }

  @Test
  void readings_codes_and_replies_that_are_stuck_are_shown_and_ended() throws Exception {
    Database database = application.context().getRegistry().findSingleByType(Database.class);
    long batch = json(application.get("/batches?pageSize=1")).get(0).path("id").asLong();
    execute(
        database,
        "update batch set status = 'READING', read_at = null, progress_at = null,"
            + " created_at = current_timestamp - interval '1' hour where id = "
            + batch);
    assertThat(json(ok(application.get("/batches/" + batch))).path("stuck").asText())
        .contains("POST /batches/" + batch + "/end");
    JsonNode ended = json(ok(application.post("/batches/" + batch + "/end", null)));
    assertThat(ended.path("error").asText()).contains("ended by an operator");
    assertThat(application.post("/batches/" + batch + "/end", null).statusCode()).isEqualTo(409);

    String code = "ab".repeat(32);
    execute(
        database,
        "insert into login_guard (subject_hash, kind, suspended_at, suspected_since, updated_at)"
            + " values (x'"
            + code
            + "', 'CODE', current_timestamp, current_timestamp, current_timestamp)");
    JsonNode suspended = json(ok(application.get("/verification/suspended"))).get(0);
    assertThat(suspended.path("id").asText()).isEqualTo(code);
    assertThat(suspended.path("waitingRequests").asLong()).isZero();
    String place = "/verification/suspended/" + code;
    assertThat(json(ok(application.post(place + "/discard", null))).path("discarded").asInt(-1))
        .isZero();
    assertThat(application.send(stranger("POST", place + "/resume")).statusCode()).isEqualTo(403);
    assertThat(json(ok(application.post(place + "/resume", null))).path("resumed").asInt())
        .isEqualTo(1);
    assertThat(application.post(place + "/resume", null).statusCode()).isEqualTo(404);

    long request = json(application.get("/requests?pageSize=1")).get(0).path("id").asLong();
    execute(
        database,
        "insert into queue_reply (request_id, account_id, refused, refused_at, attempts,"
            + " last_error) select id, account_id, true, current_timestamp, 100, 'Queue is full'"
            + " from provisioning_request where id = "
            + request);
    JsonNode reply = json(ok(application.get("/replies?error=FULL"))).get(0);
    assertThat(reply.path("request").asLong()).isEqualTo(request);
    assertThat(json(ok(application.get("/status"))).path("refusedReplies").asInt()).isEqualTo(1);
    assertThat(json(application.send(stranger("/replies")))).isEmpty();
    assertThat(retried("/replies/retry?request=" + request)).isEqualTo(1);
    assertThat(
            json(ok(application.post("/replies/discard?status=WAITING", null)))
                .path("discarded")
                .asInt())
        .isEqualTo(1);
    assertThat(json(application.get("/replies"))).isEmpty();
  }

  private static void execute(Database database, String sql) {
    database.transaction(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
          }
        });
  }

  private static int nextCustomer() {
    return ++customer;
  }

  private static void deny(int... customers) {
    for (int number : customers) {
      String login = "user-%1$d@customer-%1$d.example".formatted(number);
      application
          .simulator()
          .put(application.simulator().user(login).without("ThresholdInformation"));
    }
  }

  private static void allow(int... customers) {
    for (int number : customers) {
      String login = "user-%1$d@customer-%1$d.example".formatted(number);
      application.simulator().put(application.simulator().user(login).without());
    }
  }

  private static HttpRequest.Builder stranger(String path) {
    return stranger("GET", path);
  }

  private static HttpRequest.Builder stranger(String method, String path) {
    return application.request(method, path, null).setHeader("Authorization", STRANGER);
  }

  private static HttpResponse<String> ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response;
  }

  private static int retried(String path) throws Exception {
    return json(ok(application.post(path, null))).path("retried").asInt(-1);
  }

  private static int redelivered(String path) throws Exception {
    return json(ok(application.post(path, null))).path("redelivered").asInt(-1);
  }

  /** Every row of a list, page by page. */
  private static List<JsonNode> all(String list) throws IOException, InterruptedException {
    String first = list.contains("?") ? list : list + "?";
    List<JsonNode> rows = new ArrayList<>();
    HttpResponse<String> page = ok(application.get(first));
    json(page).forEach(rows::add);
    while (page.headers().firstValue("Elements-Next-Page-Token").isPresent()) {
      String token = page.headers().firstValue("Elements-Next-Page-Token").orElseThrow();
      page = ok(application.get(first + "&nextPage=" + token));
      json(page).forEach(rows::add);
    }
    return rows;
  }

  private static List<Long> ids(JsonNode rows) {
    List<Long> ids = new ArrayList<>();
    rows.forEach(row -> ids.add(row.path("id").asLong()));
    return ids;
  }

  private static String[] webhookIds(List<JsonNode> deliveries) {
    return deliveries.stream()
        .map(delivery -> delivery.path("eventId").asText())
        .toArray(String[]::new);
  }

  private static JsonNode destination() throws Exception {
    return json(ok(application.get("/destinations"))).get(0);
  }

  private static void awaitSuccess(String batch, int rows) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode json = json(application.get(batch));
              assertThat(json.path("succeeded").asInt()).isEqualTo(rows);
              assertThat(json.path("status").asText()).isEqualTo("FINISHED");
            });
  }

  private static List<JsonNode> awaitDeliveries(String status, int count) {
    return await()
        .atMost(PATIENCE)
        .until(() -> all("/deliveries?status=" + status), rows -> rows.size() == count);
  }

  /** Until nothing of an earlier test is under way. */
  private static void awaitDelivered() {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                all("/deliveries").stream()
                    .allMatch(row -> row.path("status").asText().equals("DELIVERED")));
  }
}
