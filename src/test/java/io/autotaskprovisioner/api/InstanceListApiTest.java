package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.RunningApplication.AUTHORIZATION;
import static io.autotaskprovisioner.RunningApplication.ORGANIZATION_SECRET;
import static io.autotaskprovisioner.RunningApplication.USER_SECRET;
import static io.autotaskprovisioner.RunningApplication.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.RunningApplication;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of instances, what odd clients may send to any path, and pages of other origins. */
class InstanceListApiTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String API = "/elements/api-v2";
  private static final String INSTANCES = API + "/instances";
  private static final String EXPOSED =
      "Elements-Returned-Count, Elements-Total-Count, Elements-Request-Id,"
          + " Elements-Next-Page-Token, Elements-Trace-Id, Elements-Error, Content-Disposition";

  @TempDir static Path folder;
  private static RunningApplication application;
  private static int customer;

  /** One of ops and blue, one of ops, one of blue; their ids. */
  private static final List<Long> IDS = new ArrayList<>();

  private static String member;
  private static long memberId;

  @BeforeAll
  static void start() throws Exception {
    otherElement();
    application = RunningApplication.start(folder, Map.of("http.body-limit", "4096"));
    IDS.add(provision(AUTHORIZATION, "Acme Söhne", "ops", "blue"));
    IDS.add(provision(AUTHORIZATION, "Zenith", "ops"));
    IDS.add(provision(AUTHORIZATION, "Acme 100%", "blue"));
    JsonNode account =
        json(
            application.post(
                "/accounts",
                """
                {"email":"ann@example.com","firstName":"Ann","lastName":"Lee"}
                """));
    memberId = account.get("id").asLong();
    member = account.get("authorization").asText();
    provision(member, "Foreign", "ops");
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  /** An element of which there are no instances. */
  private static void otherElement() throws IOException {
    Path elements = Files.createDirectories(folder.resolve("elements"));
    ObjectNode element =
        (ObjectNode) JSON.readTree(Path.of("src/test/resources/recipes/connectwise.json").toFile());
    element.put("verification", "autotask");
    JSON.writeValue(elements.resolve("connectwise.json").toFile(), element);
  }

  private static long provision(String authorization, String name, String... tags)
      throws Exception {
    int number = ++customer;
    ObjectNode body = JSON.createObjectNode().put("name", name);
    body.putObject("element").put("key", "autotaskfinance");
    for (String tag : tags) {
      body.withArray("tags").add(tag);
    }
    body.putObject("configuration")
        .put("finance.autotask.username", "user-%d@customer-%d.example".formatted(number, number))
        .put("finance.autotask.password", "secret-" + number)
        .put("finance.autotask.server.url", "https://ww3.autotask.net");
    HttpResponse<String> response =
        application.send(
            application
                .request("POST", INSTANCES, body.toString())
                .setHeader("Authorization", authorization));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response).get("id").asLong();
  }

  private static HttpResponse<String> as(String authorization, String path) throws Exception {
    return application.send(
        application.request("GET", path, null).setHeader("Authorization", authorization));
  }

  private static List<Long> ids(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    List<Long> ids = new ArrayList<>();
    json(response).forEach(instance -> ids.add(instance.get("id").asLong()));
    assertThat(response.headers().firstValue("Elements-Returned-Count"))
        .contains(Integer.toString(ids.size()));
    return ids;
  }

  private static void assertNoneFound(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(json(response).get("message").asText()).isEqualTo("No element instances found");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 012",
    "tags%5B%5D=ops, 01",
    "tags[]=ops, 01",
    "tags%5B%5D=ops&tags%5B%5D=blue, 0",
    "tags%5B%5D%5B0%5D=ops&tags%5B%5D%5B1%5D=blue, 0",
    "tags=blue, 02",
    "tags%5B%5D=&searchText=, 012",
    "searchText=aCmE, 02",
    "searchText=S%C3%B6hne, 0",
    "searchText=100%25, 2",
    "searchText=taskfin, 012",
    "searchText=acme&tags%5B%5D=blue, 02",
    "searchText=acme&tags%5B%5D=ops&hydrate=false, 0",
    "hydrate=TRUE&pageSize=3, 012",
    "name=nobody&page=7&where=x, 012"
  })
  void the_list_shows_what_meets_every_filter(String query, String expected) throws Exception {
    // By hand, since java.net.URI takes no brackets in a query.
    String answer =
        raw("GET " + INSTANCES + "?" + query + " HTTP/1.1", "Authorization: " + AUTHORIZATION);
    assertThat(answer).startsWith("HTTP/1.1 200 ");
    List<Long> ids = new ArrayList<>();
    JSON.readTree(bodyOf(answer)).forEach(instance -> ids.add(instance.get("id").asLong()));
    assertThat(ids)
        .containsExactlyElementsOf(expected.chars().mapToObj(c -> IDS.get(c - '0')).toList());
    assertThat(answer).containsIgnoringCase("Elements-Total-Count: " + expected.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tags%5B%5D=OPS",
        "tags%5B%5D=ops&searchText=nobody",
        "tags%5B%5D=ops&tags%5B%5D=nope",
        "searchText=%25%25",
        "searchText=Foreign"
      })
  void no_match_is_404_in_the_words_that_clients_look_for(String query) throws Exception {
    assertNoneFound(application.get(INSTANCES + "?" + query));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hydrate=perhaps",
        "tags%5B%5D=a%00b",
        "searchText=%0A",
        "nextPage=x",
        "pageSize=501"
      })
  void a_filter_that_means_nothing_is_400_and_named(String query) throws Exception {
    HttpResponse<String> response = application.get(INSTANCES + "?" + query);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).get("message").asText())
        .contains(query.substring(0, query.indexOf(query.startsWith("tags") ? '%' : '=')));
  }

  @Test
  void a_filtered_list_is_paged_like_the_whole_one() throws Exception {
    for (String filter : List.of("tags%5B%5D=blue", "searchText=acme")) {
      HttpResponse<String> first = application.get(INSTANCES + "?pageSize=1&" + filter);
      String token = first.headers().firstValue("Elements-Next-Page-Token").orElseThrow();
      HttpResponse<String> second =
          application.get(INSTANCES + "?pageSize=1&" + filter + "&nextPage=" + token);

      assertThat(ids(first)).containsExactly(IDS.get(0));
      assertThat(ids(second)).containsExactly(IDS.get(2));
      for (HttpResponse<String> page : List.of(first, second)) {
        assertThat(page.headers().firstValue("Elements-Total-Count")).contains("2");
      }
      assertThat(second.headers().firstValue("Elements-Next-Page-Token")).isEmpty();
    }
    HttpResponse<String> behind =
        application.get(INSTANCES + "?nextPage=" + Page.tokenBehind(IDS.get(2)));
    assertThat(ids(behind)).isEmpty();
  }

  @Test
  void a_hydrated_item_is_what_get_shows_and_a_thin_one_keeps_what_clients_need() throws Exception {
    JsonNode whole = json(application.get(INSTANCES)).get(0);
    JsonNode thin = json(application.get(INSTANCES + "?hydrate=false")).get(0);

    assertThat(whole).isEqualTo(json(application.get(INSTANCES + "/" + IDS.get(0))));
    assertThat(whole.get("user").get("emailAddress").asText()).isNotEmpty();
    assertThat(whole.get("createdDate").asText()).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}Z");
    for (String field : List.of("id", "name", "token", "tags", "createdDate", "user", "valid")) {
      assertThat(thin.get(field)).as(field).isEqualTo(whole.get(field));
    }
    for (String field : List.of("id", "key", "hub")) {
      assertThat(thin.get("element").get(field)).isEqualTo(whole.get("element").get(field));
    }
    assertThat(thin.has("configuration")).isFalse();
  }

  @Test
  void an_element_pair_changes_nothing_for_a_list() throws Exception {
    String token = json(application.get(INSTANCES)).get(0).get("token").asText();
    assertThat(ids(as(AUTHORIZATION + ", Element " + token, INSTANCES)))
        .containsExactlyElementsOf(IDS);
    assertThat(ids(as("Element nonsense, " + AUTHORIZATION, INSTANCES))).hasSize(3);
  }

  @Test
  void the_list_of_an_element_holds_its_instances_and_no_others() throws Exception {
    for (String reference : List.of("autotaskfinance", "8152", "4895")) {
      String path = API + "/elements/" + reference + "/instances";
      assertThat(ids(application.get(path))).containsExactlyElementsOf(IDS);
      assertThat(ids(application.get(path + "?tags%5B%5D=ops&searchText=zen")))
          .containsExactly(IDS.get(1));
      JsonNode one = json(application.get(path + "/" + IDS.get(0)));
      assertThat(one).isEqualTo(json(application.get(INSTANCES + "/" + IDS.get(0))));
    }
    assertNoneFound(application.get(API + "/elements/connectwise/instances"));
    HttpResponse<String> unknown = application.get(API + "/elements/nope/instances");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(json(unknown).get("message").asText()).isEqualTo("No element found with key nope");
    for (String path :
        List.of(
            "/elements/connectwise/instances/" + IDS.get(0),
            "/elements/autotaskfinance/instances/999999999999",
            "/elements/autotaskfinance/instances/x",
            "/elements/nope/instances/" + IDS.get(0))) {
      assertThat(application.get(API + path).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(as(member, API + "/elements/8152/instances/" + IDS.get(0)).statusCode())
        .isEqualTo(404);
  }

  @Test
  void an_account_sees_its_own_list_and_an_administrator_others_without_their_tokens()
      throws Exception {
    long own = json(application.get(INSTANCES)).get(0).get("user").get("id").asLong();
    assertThat(ids(application.get(API + "/accounts/instances"))).containsExactlyElementsOf(IDS);
    assertThat(ids(application.get(API + "/accounts/" + own + "/instances")))
        .containsExactlyElementsOf(IDS);
    assertThat(json(as(member, API + "/accounts/instances")).get(0).get("name").asText())
        .isEqualTo("Foreign");

    HttpResponse<String> foreign =
        application.get(API + "/accounts/" + memberId + "/instances?searchText=foreign");
    JsonNode instance = json(foreign).get(0);
    assertThat(ids(foreign)).hasSize(1);
    assertThat(instance.has("token")).isFalse();
    assertThat(instance.get("user").get("emailAddress").asText()).isEqualTo("ann@example.com");

    assertThat(as(member, API + "/accounts/" + own + "/instances").statusCode()).isEqualTo(403);
    assertThat(as(member, API + "/accounts/999999/instances").statusCode()).isEqualTo(403);
    HttpResponse<String> unknown = application.get(API + "/accounts/999999/instances");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(json(unknown).get("message").asText()).isEqualTo("No account found with ID 999999");
  }

  @Test
  void the_count_is_told_in_all_and_by_element() throws Exception {
    JsonNode count = json(application.get(INSTANCES + "/count"));
    assertThat(count.get("totalInstances").asInt()).isEqualTo(3);
    assertThat(count.get("elementInstances").toString()).isEqualTo("{\"autotaskfinance\":3}");
    assertThat(json(as(member, INSTANCES + "/count")).get("totalInstances").asInt()).isEqualTo(1);
  }

  // ---- What odd clients send ----

  /** Sends a request without a body as it is written here, and reads until the server closes. */
  private static String raw(String requestLine, String... headers) throws IOException {
    String head = String.join("\r\n", headers) + (headers.length == 0 ? "" : "\r\n");
    return exchange(requestLine + "\r\nHost: x\r\nConnection: close\r\n" + head + "\r\n");
  }

  private static String exchange(String text) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", application.uri("/").getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      return new String(
          socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  private static String bodyOf(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/elements/api-v2/instances/",
        "/elements/api-v2//instances",
        "//elements//api-v2///instances//",
        "/elements/api-v2/instances/%s",
        "/elements/api-v2/instances/%s/",
        "/elements/api-v2/instances//%s",
        "/elements/api-v2/elements/8152/instances/",
        "/elements/api-v2/elements//autotaskfinance//instances/%s/",
        "/elements/api-v2/./instances/%s/../",
        "/elements/api-v2/instances/count/"
      })
  void surplus_slashes_lead_to_the_same_place(String path) throws Exception {
    String answer =
        raw("GET " + path.formatted(IDS.get(0)) + " HTTP/1.1", "Authorization: " + AUTHORIZATION);
    assertThat(answer).as(path).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: User %1$s, Organization %2$s",
        "authorization:user %1$s,organization %2$s",
        "AUTHORIZATION:   ORGANIZATION   %2$s ,  USER\t%1$s  ",
        "aUtHoRiZaTiOn: User %1$s, Organization %2$s Element abc/def+g=",
        "Authorization: Element abc/def+g=, User %1$s, Organization %2$s",
        "Authorization: ,, User %1$s ;x, Organization %2$s,"
      })
  void the_authorization_pairs_are_read_however_they_are_written(String header) throws Exception {
    String answer =
        raw("GET " + INSTANCES + " HTTP/1.1", header.formatted(USER_SECRET, ORGANIZATION_SECRET));
    assertThat(answer).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Type: application/json | null",
        "Content-Type: application/json;charset=UTF-8 | ' null '",
        "Content-Type: application/json | ''",
        "Content-Type: application/x-www-form-urlencoded | ''",
        "Content-Type: multipart/form-data | ''",
        "Content-Type: text/plain | ''",
        "X-Nothing: but-a-length-of-zero | ''",
        "X-Nothing: not-even-a-length | -"
      })
  void a_call_without_a_body_is_one_whatever_it_says_of_its_media_type(String header, String body)
      throws Exception {
    String instance = INSTANCES + "/" + IDS.get(1);
    for (String call :
        List.of(
            "DELETE " + instance + "/enabled",
            "PUT " + instance + "/enabled",
            "PUT " + instance + "/trace-logging",
            "DELETE " + instance + "/trace-logging",
            "POST /accounts/" + memberId + "/enable")) {
      String length = body.equals("-") ? "" : "Content-Length: " + body.length() + "\r\n";
      String answer =
          exchange(
              call
                  + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
                  + AUTHORIZATION
                  + "\r\n"
                  + header
                  + "\r\n"
                  + length
                  + "\r\n"
                  + (body.equals("-") ? "" : body));
      assertThat(answer).as(call).startsWith("HTTP/1.1 200 ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /elements/api-v2/nothing, application/json, 404",
    "GET, /elements/nothing, application/json, 404",
    "GET, /elements/api-v2/instances/999999999999, application/json, 404",
    "GET, /elements/api-v2/instances/no-number, application/json, 404",
    "DELETE, /elements/api-v2/instances/count, application/json, 4",
    "TRACE, /elements/api-v2/instances/, application/json, 405",
    "OPTIONS, /elements/api-v2/instances, application/json, 405",
    "GET, /elements/api-v2/instances, text/html, 406",
    "GET, /elements/api-v2/instances?x=%zz, application/json, 400"
  })
  void every_refusal_bears_its_request_id_in_header_and_body(
      String method, String path, String accept, String status) throws Exception {
    String answer =
        raw(
            method + " " + path + " HTTP/1.1",
            "Authorization: " + AUTHORIZATION,
            "Accept: " + accept);
    assertThat(answer).startsWith("HTTP/1.1 " + status);
    JsonNode body = JSON.readTree(bodyOf(answer));
    assertThat(body.get("requestId").asText()).matches("[0-9a-f]{24}");
    assertThat(answer)
        .containsIgnoringCase("Elements-Request-Id: " + body.get("requestId").asText());
    assertThat(answer).containsIgnoringCase("Content-Type: application/json;charset=UTF-8");
    if (status.equals("405")) {
      assertThat(answer).containsPattern("(?i)\r\nAllow: [A-Z, ]*GET, [A-Z, ]*POST");
    }
  }

  @Test
  void a_body_too_large_or_of_another_media_type_bears_its_request_id_too() throws Exception {
    HttpResponse<String> large = application.post(INSTANCES, "x".repeat(5000));
    HttpResponse<String> text =
        application.send(
            application.request("POST", INSTANCES, "{}").setHeader("Content-Type", "text/plain"));
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(text.statusCode()).isEqualTo(415);
    for (HttpResponse<String> response : List.of(large, text)) {
      assertThat(response.headers().firstValue("Elements-Request-Id"))
          .contains(json(response).get("requestId").asText());
    }
  }

  // ---- Pages of other origins ----

  private static HttpRequest.Builder fromPage(String method, String path) {
    return application.request(method, path, null).header("Origin", "https://page.example");
  }

  @Test
  void a_page_of_another_origin_reads_the_answers_below_elements_errors_too() throws Exception {
    for (String path : List.of(INSTANCES, INSTANCES + "/1", API + "/nothing")) {
      HttpResponse<String> response = application.send(fromPage("GET", path));
      assertThat(response.headers().allValues("Access-Control-Expose-Headers"))
          .containsExactly(EXPOSED);
      assertThat(response.headers().allValues("Access-Control-Allow-Origin")).containsExactly("*");
      assertThat(response.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
      assertThat(response.headers().allValues("Vary")).containsExactly("Origin");
    }
    HttpResponse<String> without = application.get(INSTANCES);
    assertThat(without.headers().firstValue("Access-Control-Expose-Headers")).isEmpty();
    assertThat(without.headers().allValues("Vary")).containsExactly("Origin");
  }

  @Test
  void a_preflight_is_answered_with_methods_and_the_headers_that_calls_need() throws Exception {
    HttpResponse<String> response =
        application.send(
            fromPage("OPTIONS", INSTANCES + "/1")
                .header("Access-Control-Request-Method", "PATCH")
                .header(
                    "Access-Control-Request-Headers",
                    "authorization, elements-async-callback-url, x-other, elements-\"bad"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(response.headers().firstValue("Access-Control-Allow-Methods"))
        .contains("GET, POST, PUT, PATCH, DELETE");
    assertThat(response.headers().firstValue("Access-Control-Allow-Headers"))
        .contains(
            "Authorization, Content-Type, Accept, Idempotency-Key, elements-async-callback-url");
    assertThat(response.headers().firstValue("Access-Control-Max-Age")).contains("3600");
    assertThat(response.headers().firstValue("Elements-Request-Id").orElseThrow())
        .matches("[0-9a-f]{24}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/accounts", "/batches", "/nothing", "/elements/../batches", "/elementsx/a"})
  void an_operators_path_is_no_page_s_business(String path) throws Exception {
    for (String method : List.of("GET", "OPTIONS")) {
      String answer =
          raw(
              method + " " + path + " HTTP/1.1",
              "Authorization: " + AUTHORIZATION,
              "Origin: https://page.example",
              "Access-Control-Request-Method: GET");
      assertThat(answer).doesNotContainIgnoringCase("access-control-");
    }
  }
}
