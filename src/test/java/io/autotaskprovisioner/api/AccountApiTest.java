package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.RunningApplication.customers;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.RunningApplication;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Accounts and the status, as administrators manage and read them through the whole application.
 */
class AccountApiTest {

  private static final String ANN =
      """
      {"email":"ann@example.com","firstName":"Ann","lastName":"Lee"%s}
      """;

  @TempDir static Path folder;
  private static RunningApplication application;

  @BeforeAll
  static void start() throws Exception {
    application =
        RunningApplication.start(folder, Map.of("delivery.crm.webhook", "http://127.0.0.1:1/crm"));
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @Test
  void an_account_is_created_with_secrets_that_are_shown_once_and_open_it() throws Exception {
    HttpResponse<String> created = application.post("/accounts", ANN.formatted(""));

    JsonNode account = json(created);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(created.headers().firstValue("Location"))
        .contains("/accounts/" + account.path("id").asLong());
    assertThat(created.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(account.path("role").asText()).isEqualTo("member");
    assertThat(status(account.path("authorization").asText(), "GET", "/batches")).isEqualTo(200);
    assertThat(application.get("/accounts").body())
        .contains("ann@example.com")
        .doesNotContain(account.path("userSecret").asText());
  }

  @Test
  void a_disabled_account_is_refused_by_the_very_next_call_until_it_is_enabled() throws Exception {
    JsonNode account = json(application.post("/accounts", ANN.formatted("")));
    String authorization = account.path("authorization").asText();
    String path = "/accounts/" + account.path("id").asLong();
    assertThat(status(authorization, "GET", "/batches")).isEqualTo(200);

    JsonNode disabled = json(application.post(path + "/disable", null));
    assertThat(disabled.path("disabled").asBoolean()).isTrue();
    assertThat(status(authorization, "GET", "/batches")).isEqualTo(401);

    assertThat(json(application.post(path + "/enable", null)).path("disabled").asBoolean())
        .isFalse();
    assertThat(status(authorization, "GET", "/batches")).isEqualTo(200);
  }

  @Test
  void rotated_secrets_replace_the_old_ones_and_given_ones_are_not_answered() throws Exception {
    JsonNode account = json(application.post("/accounts", ANN.formatted("")));
    String path = "/accounts/" + account.path("id").asLong();

    JsonNode rotated = json(application.post(path + "/rotate", null));
    assertThat(status(account.path("authorization").asText(), "GET", "/batches")).isEqualTo(401);
    assertThat(status(rotated.path("authorization").asText(), "GET", "/batches")).isEqualTo(200);

    HttpResponse<String> given =
        application.post(
            path + "/rotate",
            """
            {"userSecret":"a-user-secret-of-mine","organizationSecret":"an-organization-secret"}
            """);
    assertThat(given.statusCode()).isEqualTo(200);
    assertThat(given.body()).doesNotContain("a-user-secret-of-mine");
    assertThat(
            status(
                "User a-user-secret-of-mine, Organization an-organization-secret",
                "GET",
                "/batches"))
        .isEqualTo(200);
  }

  @Test
  void the_last_administrator_and_an_account_that_is_not_there_are_told_apart() throws Exception {
    long first =
        StreamSupport.stream(json(application.get("/accounts")).spliterator(), false)
            .filter(account -> account.path("caller").asBoolean())
            .findFirst()
            .orElseThrow()
            .path("id")
            .asLong();

    HttpResponse<String> last = application.post("/accounts/" + first + "/disable", null);

    assertThat(last.statusCode()).isEqualTo(409);
    assertThat(json(last).path("message").asText()).contains("last enabled administrator");
    for (String act : new String[] {"disable", "enable", "rotate"}) {
      assertThat(application.post("/accounts/999999/" + act, null).statusCode()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/accounts",
    "POST,/accounts",
    "POST,/accounts/1000/disable",
    "POST,/accounts/1000/enable",
    "POST,/accounts/1000/rotate",
    "GET,/status"
  })
  void a_member_may_do_none_of_this(String method, String path) throws Exception {
    String member =
        json(application.post("/accounts", ANN.formatted(""))).path("authorization").asText();
    assertThat(status(member, method, path)).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "email|{\"firstName\":\"Ann\",\"lastName\":\"Lee\"}",
        "role|{\"email\":\"a@b.c\",\"firstName\":\"A\",\"lastName\":\"B\",\"role\":\"root\"}",
        "userSecret|{\"email\":\"a@b.c\",\"firstName\":\"A\",\"lastName\":\"B\",\"userSecret\":\"15-letters-long\",\"organizationSecret\":\"0123456789abcdef\"}",
        "userSecret|{\"email\":\"a@b.c\",\"firstName\":\"A\",\"lastName\":\"B\",\"userSecret\":\"alone-and-long-enough\"}",
        "The body|[]"
      })
  void what_cannot_be_an_account_is_named_without_its_value(String example) throws Exception {
    String[] parts = example.split("\\|", 2);
    HttpResponse<String> refused = application.post("/accounts", parts[1]);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused).path("message").asText())
        .startsWith(parts[0])
        .doesNotContain("15-letters-long", "alone-and-long-enough");
  }

  @Test
  void the_status_tells_what_waits_failed_and_is_not_delivered() throws Exception {
    application
        .simulator()
        .put(application.simulator().user("user-2@customer-2.example").inactive());
    application.drop("status.csv", customers(1, 2));
    long batch = application.awaitFinished("status").path("id").asLong();

    HttpResponse<String> answer = application.get("/status");

    JsonNode status = json(answer);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(status.path("running").asBoolean()).isTrue();
    assertThat(status.path("ready").asBoolean()).isTrue();
    assertThat(status.path("checks").findValuesAsText("name")).contains("database");
    assertThat(status.at("/requests/failed").asInt()).isEqualTo(1);
    assertThat(status.at("/batches/0/id").asLong()).isEqualTo(batch);
    assertThat(status.at("/batches/0/succeeded").asInt()).isEqualTo(1);
    assertThat(status.at("/destinations/0/name").asText()).isEqualTo("crm");
    assertThat(
            status.at("/destinations/0/pending").asInt()
                + status.at("/destinations/0/sending").asInt())
        .isEqualTo(1);
    assertThat(status.path("suspendedCodes").isEmpty()).isTrue();
  }

  @Test
  void every_act_is_in_the_audit_table_with_who_where_what_and_its_outcome() throws Exception {
    JsonNode ann = json(application.post("/accounts", ANN.formatted("")));
    String id = ann.path("id").asText();
    String member = ann.path("authorization").asText();
    application.post("/accounts/" + id + "/rotate", null);
    application.post("/accounts/" + id + "/enable", null);
    HttpResponse<String> refused = application.post("/keys/1/remove", null);
    assertThat(refused.statusCode()).isEqualTo(404);
    application.post(
        "/requests/retry?failureClass=NOT_PERMITTED&text=my-secret&unknown=secret", null);
    application.post("/requests/retry?dryRun=true", null);

    JsonNode acts = audit(null, "?targetKind=account&target=" + id);
    assertThat(acts.findValuesAsText("act"))
        .containsExactly("ACCOUNT_ENABLE", "ACCOUNT_ROTATE", "ACCOUNT_CREATE");
    assertThat(acts.findValuesAsText("outcome")).containsOnly("DONE");
    JsonNode created = acts.get(2);
    assertThat(created.path("account").asLong()).isPositive();
    assertThat(created.path("by").asText()).isEqualTo("account");
    assertThat(created.path("from").asText()).isEqualTo("127.0.0.1");
    assertThat(created.path("statusCode").asInt()).isEqualTo(201);
    assertThat(created.path("requestId").asText()).matches("[0-9a-f]{24}");
    JsonNode retry = audit(null, "?act=REQUESTS_RETRY");
    assertThat(retry).hasSize(1);
    assertThat(retry.get(0).path("target").asText()).isEqualTo("failureClass=NOT_PERMITTED&text=…");
    assertThat(retry.get(0).path("affected").asInt()).isZero();
    assertThat(audit(null, "").toString())
        .doesNotContain(ann.path("userSecret").asText(), member, "ann@example.com", "my-secret");
  }

  @Test
  void refused_acts_are_written_down_and_a_member_sees_its_own_alone() throws Exception {
    JsonNode ann = json(application.post("/accounts", ANN.formatted("")));
    String member = ann.path("authorization").asText();
    for (int i = 0; i < 25; i++) {
      assertThat(status(member, "POST", "/accounts/1000/disable")).isEqualTo(403);
    }
    assertThat(application.post("/accounts/999999/disable", null).statusCode()).isEqualTo(404);

    JsonNode own = audit(member, "?pageSize=500&account=1000");
    assertThat(own.size()).as("bounded").isEqualTo(20);
    assertThat(own.findValuesAsText("account")).containsOnly(ann.path("id").asText());
    assertThat(own.findValuesAsText("outcome")).containsOnly("REFUSED");
    assertThat(own.findValuesAsText("statusCode")).containsOnly("403");
    JsonNode missing = audit(null, "?target=999999&outcome=refused");
    assertThat(missing.findValuesAsText("statusCode")).contains("404");

    HttpResponse<String> page = application.get("/audit?pageSize=2");
    long last = json(page).get(1).path("id").asLong();
    String next = page.headers().firstValue("Elements-Next-Page-Token").orElseThrow();
    assertThat(audit(null, "?pageSize=2&nextPage=" + next).get(0).path("id").asLong())
        .isLessThan(last);
    for (String bad : new String[] {"act=NAP", "outcome=x", "from=today", "account=x"}) {
      assertThat(application.get("/audit?" + bad).statusCode()).as(bad).isEqualTo(400);
    }
  }

  private static JsonNode audit(String authorization, String query) throws Exception {
    var request = application.request("GET", "/audit" + query, null);
    if (authorization != null) {
      request.setHeader("Authorization", authorization);
    }
    HttpResponse<String> answer = application.send(request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  private static int status(String authorization, String method, String path) throws Exception {
    return application
        .send(application.request(method, path, null).setHeader("Authorization", authorization))
        .statusCode();
  }
}
