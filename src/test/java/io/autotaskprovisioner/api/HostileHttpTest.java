package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.support.RawHttp.statusCodes;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.support.RawHttp;
import io.autotaskprovisioner.support.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What no client in good faith sends, byte by byte, on PostgreSQL, which refuses more texts than
 * H2. After each, a caller in good faith is served.
 */
class HostileHttpTest {

  private static final String INSTANCES = "/elements/api-v2/instances";

  /** Would be answered 200 if anybody looked at it. */
  private static final String SMUGGLED =
      "GET /elements/api-v2/elements/autotaskfinance HTTP/1.1\r\nHost: x\r\n\r\n";

  @TempDir static Path folder;
  private static RunningApplication application;
  private static RawHttp http;

  @BeforeAll
  static void start() throws Exception {
    application =
        RunningApplication.start(
            folder,
            Map.of(
                "storage.url", TestDatabase.emptyPostgresUrl(),
                "storage.user", "postgres",
                "storage.password", "postgres",
                "http.deadline", "2s",
                "http.idle-timeout", "7s",
                "http.max-connections", "64"));
    http = new RawHttp(application.uri("/").getPort());
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @AfterEach
  void a_caller_in_good_faith_is_served() throws Exception {
    HttpResponse<String> response = application.post(INSTANCES, body("good-faith").toString());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  @Test
  void no_second_request_is_read_out_of_a_first_that_two_servers_read_in_two_ways()
      throws Exception {
    Map<String, String> shapes = new LinkedHashMap<>();
    String chunked = "0\r\n\r\n" + SMUGGLED;
    for (String headers :
        List.of(
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "Content-Length: 6\r\nTransfer-Encoding: xchunked",
            "Content-Length: 6\r\nTransfer-Encoding : chunked",
            "Content-Length: 6\r\n Transfer-Encoding: chunked",
            "Content-Length: 6\r\nTransfer-Encoding:\tchunked",
            "Content-Length: 6\r\nTransfer-Encoding:\u000bchunked",
            "Content-Length: 6\r\nTransfer-Encoding: chunked, identity",
            "Content-Length: 6\r\nTransfer-Encoding: identity, chunked",
            "Content-Length: 6\r\nTransfer-Encoding: \"chunked\"",
            "Content-Length: 6\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x",
            "Content-Length: 6\r\nTransfer-Encoding: x\r\nTransfer-Encoding: chunked",
            "Content-Length: 6\r\nTransfer-Encoding\r\n: chunked",
            "Content-Length: 6\r\nX: y\nTransfer-Encoding: chunked",
            "Content-Length: 6\r\nX: y\rTransfer-Encoding: chunked",
            "Content-Length: 6\r\nX: y\u0000\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: chunked, xchunked",
            "Transfer-Encoding: \r\n chunked")) {
      shapes.put(headers, chunked);
    }
    for (String length :
        List.of(
            "5\r\nContent-Length: 6",
            "5, 6",
            "+5",
            "-1",
            "0x5",
            "5 5",
            "5e0",
            "\u00b2",
            "99999999999999999999",
            "5\r\n 6",
            "5\r\nContent-Length : 6")) {
      shapes.put("Content-Length: " + length, "0\r\n\r\n" + SMUGGLED);
    }
    for (String chunk :
        List.of(
            "zz\r\n",
            "-1\r\n",
            "0x2\r\n{}\r\n0\r\n\r\n",
            "2 2\r\n{}\r\n0\r\n\r\n",
            "80000000000000002\r\n{}\r\n0\r\n\r\n",
            "2\n{}\n0\n\n",
            "2;x=\"\r\n{}\r\n0\r\n\r\n",
            "2\r\n{}X\r\n0\r\n\r\n",
            "2;x\n{}\r\n0\r\n\r\n",
            "2\r\n{}0\r\n\r\n")) {
      shapes.put("Transfer-Encoding: chunked\r\nX-Case: " + escaped(chunk), chunk + SMUGGLED);
    }

    shapes.replaceAll(HostileHttpTest::post);
    Map<String, String> answers = answers(shapes);

    SoftAssertions.assertSoftly(
        softly ->
            answers.forEach(
                (shape, answer) ->
                    softly
                        .assertThat(statusCodes(answer))
                        .as("%s: %s", escaped(shape), answer)
                        .hasSizeLessThanOrEqualTo(1)
                        .isSubsetOf(400, 408, 501)));
  }

  @Test
  void heads_that_no_client_sends_are_refused_and_end_the_connection() throws Exception {
    Map<String, String> heads = new LinkedHashMap<>();
    heads.put("obsolete folding", get(INSTANCES, "X: y\r\n z"));
    heads.put("a NUL in a header", get(INSTANCES, "X: y\u0000z"));
    heads.put("a NUL in the path", get("/elements\u0000/api-v2", "X: y"));
    heads.put("a blank in a header's name", get(INSTANCES, "X Y: z"));
    heads.put("no colon", get(INSTANCES, "XYZ"));
    heads.put("an empty name", get(INSTANCES, ": z"));
    heads.put("a megabyte in one header", get(INSTANCES, "X: " + "y".repeat(1 << 20)));
    heads.put(
        "a hundred thousand headers",
        get(
            INSTANCES,
            String.join(
                "\r\n", IntStream.range(0, 100_000).mapToObj(i -> "X-" + i + ": y").toList())));
    heads.put("a line that never ends", "GET /" + "x".repeat(1 << 20));
    heads.put(
        "no HTTP", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n");
    heads.put("HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    heads.put("another version", "GET / HTTP/9.9\r\nHost: x\r\n\r\n");
    heads.put("no Host", "GET " + INSTANCES + " HTTP/1.1\r\n\r\n");
    heads.put("two Hosts", get(INSTANCES, "Host: y"));

    SoftAssertions softly = new SoftAssertions();
    for (Map.Entry<String, String> head : answers(heads).entrySet()) {
      String answer = head.getValue();
      softly
          .assertThat(statusCodes(answer))
          .as("%s: %s", head.getKey(), answer)
          .hasSizeLessThanOrEqualTo(1)
          .isSubsetOf(400, 401, 501, 505);
    }
    softly.assertAll();
  }

  @Test
  void no_spelling_of_a_path_leads_around_a_login_or_out_of_the_api() throws Exception {
    SoftAssertions softly = new SoftAssertions();
    for (String path :
        List.of(
            "/../../../../etc/passwd",
            "/elements/api-v2/elements/../instances",
            "/elements/api-v2/elements/%2e%2e/instances",
            "/elements/api-v2/elements/%252e%252e/instances",
            "/elements/api-v2/elements/..%2finstances",
            "/elements/api-v2/elements/..%5cinstances",
            "/elements/api-v2/elements/..;/instances",
            "/elements/api-v2/elements/%c0%ae%c0%ae/instances",
            "/elements/api-v2/elements/%00",
            "/elements/api-v2/elements/%",
            "/elements/api-v2/elements/%zz",
            "//elements//api-v2//instances//",
            "/application.properties",
            "/openapi.json/../batches",
            "/batches/..%2f..%2fdata",
            "/batches/1/results/..%2f..%2fdata%2fkey-ring.json",
            "http://elsewhere.example/batches",
            "*")) {
      String answer =
          http.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      softly
          .assertThat(statusCodes(answer))
          .as("%s: %s", path, answer)
          .hasSize(1)
          .isSubsetOf(400, 401, 404);
    }
    softly.assertAll();
  }

  @Test
  void what_is_pipelined_behind_an_unreadable_request_is_not_answered() throws Exception {
    String answer = http.send("GET / HTTP/1.1\r\nHost: x\r\nX Y: z\r\n\r\n" + SMUGGLED.repeat(3));

    assertThat(statusCodes(answer)).as(answer).containsExactly(400);
  }

  @Test
  void what_is_pipelined_in_good_faith_is_answered_in_its_order() throws Exception {
    String answer =
        http.send(
            SMUGGLED
                + get("/nowhere", "X: y")
                + "GET /batches HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    assertThat(statusCodes(answer)).as(answer).containsExactly(200, 404, 401);
  }

  @Test
  void a_head_that_comes_drop_by_drop_is_cut_off_though_it_is_never_silent() throws Exception {
    long start = System.nanoTime();
    try (Socket socket = http.connect()) {
      socket.setSoTimeout(200);
      OutputStream out = socket.getOutputStream();
      out.write("GET / HTTP/1.1\r\nHost: x\r\nX: ".getBytes(StandardCharsets.US_ASCII));
      boolean open = true;
      while (open) {
        open = dropTaken(socket, out);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
      }
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(6));
  }

  /** One byte more; false once the server has closed. Waits by the time limit of reading. */
  private static boolean dropTaken(Socket socket, OutputStream out) throws IOException {
    try {
      out.write('y');
      return socket.getInputStream().read() >= 0;
    } catch (java.net.SocketTimeoutException stillOpen) {
      return true;
    } catch (SocketException closed) {
      return false;
    }
  }

  @Test
  void whoever_opens_many_connections_and_sends_no_request_makes_room_for_those_who_do()
      throws Exception {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        Socket socket = http.connect();
        socket.getOutputStream().write("GET / HTT".getBytes(StandardCharsets.US_ASCII));
        idle.add(socket);
      }
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(application.request("GET", "/batches", null).build(), BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(RawHttp.readAll(idle.get(0))).as("the first one is closed").isEmpty();
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void json_that_would_exhaust_a_reader_is_refused_by_every_operation_that_reads_some()
      throws Exception {
    Map<String, String> bodies = new LinkedHashMap<>();
    bodies.put("objects in objects", "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000));
    bodies.put("arrays in arrays", "[".repeat(100_000));
    bodies.put("nested in configuration", nestedConfiguration());
    bodies.put("a number of a million digits", "{\"name\":" + "9".repeat(1_000_000) + "}");
    bodies.put("a huge exponent as id", "{\"name\":\"x\",\"element\":{\"id\":1e999999999}}");
    bodies.put("a huge exponent", "{\"name\":1e999999999,\"email\":1e999999999}");
    bodies.put("a tiny number", "{\"name\":1e-999999999,\"tags\":[1e999999999]}");
    bodies.put("an exponent beyond all", "{\"name\":1e99999999999}");
    bodies.put("a field name of 100 kB", "{\"" + "x".repeat(100_000) + "\":1,\"name\":1}");
    bodies.put("a field twice", "{\"name\":\"a\",\"name\":\"b\"}");
    bodies.put("not UTF-8", "{\"name\":\"\u00c3\u0028\"}");
    bodies.put("overlong UTF-8", "{\"name\":\"\u00c0\u00ae\"}");
    bodies.put("UTF-16", "\u00fe\u00ff\u0000{\u0000}");
    bodies.put("a comment", "/* x */ {}");
    bodies.put("NaN", "{\"name\":NaN}");
    bodies.put("two documents", "{}{}");
    SoftAssertions softly = new SoftAssertions();
    for (String operation :
        List.of(
            "POST " + INSTANCES,
            "PATCH " + INSTANCES + "/1000",
            "POST /imports",
            "POST /accounts",
            "PUT /accounts/1000/password",
            "POST /elements/api-v2/authentication")) {
      for (Map.Entry<String, String> body : bodies.entrySet()) {
        HttpResponse<String> response =
            sendBytes(operation, body.getValue().getBytes(StandardCharsets.ISO_8859_1));
        softly
            .assertThat(response.statusCode())
            .as("%s, %s: %s", operation, body.getKey(), response.body())
            .isIn(400, 404, 413);
        softly.assertThat(response.body()).contains("requestId").contains("message");
      }
    }
    softly.assertAll();
  }

  @Test
  void texts_that_a_database_cannot_store_are_refused_in_words_wherever_they_stand()
      throws Exception {
    SoftAssertions softly = new SoftAssertions();
    for (String text : List.of("\\u0000", "a\\u0000b", "\\ud800", "\\udc00x", "\\ud800\\ud800")) {
      Map<String, String> calls = new LinkedHashMap<>();
      for (String field : List.of("name", "requestId", "externalAuthentication", "notBefore")) {
        calls.put("POST " + INSTANCES + " " + field, withText(field, text));
      }
      calls.put("POST " + INSTANCES + " tags", withRaw("tags", "[\"" + text + "\"]"));
      calls.put("POST " + INSTANCES + " element", withRaw("element", "{\"key\":\"" + text + "\"}"));
      for (String key :
          List.of("finance.autotask.username", "finance.autotask.password", "note", text)) {
        calls.put("POST " + INSTANCES + " " + key, withConfiguration(key, text));
      }
      calls.put("PATCH " + INSTANCES + "/1000 name", "{\"name\":\"" + text + "\"}");
      calls.put("PATCH " + INSTANCES + "/1000 tags", "{\"tags\":[\"" + text + "\"]}");
      calls.put(
          "PATCH " + INSTANCES + "/1000 configuration",
          "{\"configuration\":{\"note\":\"" + text + "\"}}");
      calls.put(
          "POST /accounts email",
          "{\"email\":\"" + text + "@x.example\",\"firstName\":\"A\",\"lastName\":\"B\"}");
      calls.put(
          "POST /accounts firstName",
          "{\"email\":\"a@x.example\",\"firstName\":\"" + text + "\",\"lastName\":\"B\"}");
      calls.put(
          "POST /elements/api-v2/authentication username",
          "{\"username\":\"" + text + "\",\"password\":\"0123456789abcdef\"}");
      for (Map.Entry<String, String> call : calls.entrySet()) {
        String[] words = call.getKey().split(" ");
        HttpResponse<String> response =
            sendBytes(words[0] + " " + words[1], call.getValue().getBytes(StandardCharsets.UTF_8));
        softly
            .assertThat(response.statusCode())
            .as("%s with %s: %s", call.getKey(), text, response.body())
            .isIn(400, 401, 404);
      }
    }
    for (String path :
        List.of(
            INSTANCES + "?searchText=%00",
            INSTANCES + "?tags%5B%5D=a%00",
            "/requests?requestId=%00",
            "/elements/api-v2/elements/%00",
            "/batches/%00",
            "/batches?name=%00x",
            "/deliveries?destination=%00",
            "/audit?actor=%00",
            INSTANCES + "?nextPage=%00",
            INSTANCES + "?searchText=%ff%fe")) {
      HttpResponse<String> response = application.send(application.request("GET", path, null));
      softly.assertThat(response.statusCode()).as("%s: %s", path, response.body()).isLessThan(500);
    }
    HttpResponse<String> key =
        application.send(
            application
                .request("POST", INSTANCES, body("key").toString())
                .header("Idempotency-Key", "\u00e4".repeat(3)));
    softly.assertThat(key.statusCode()).as(key.body()).isLessThan(500);
    softly.assertAll();
  }

  @Test
  void a_compressed_body_is_refused_before_anybody_unpacks_it() throws Exception {
    byte[] bomb = gzip(64 << 20);
    assertThat(bomb.length).isLessThan(1 << 20);
    for (String operation : List.of("POST " + INSTANCES, "POST /batches", "POST /imports")) {
      for (String encoding : List.of("gzip", "deflate", "br", "identity, gzip")) {
        HttpResponse<String> response =
            send(
                application
                    .request("POST", operation.substring(5), null)
                    .header("Content-Encoding", encoding)
                    .method("POST", BodyPublishers.ofByteArray(bomb)));
        assertThat(response.statusCode())
            .as("%s, %s: %s", operation, encoding, response.body())
            .isEqualTo(415);
      }
    }
  }

  @Test
  void a_packed_file_is_no_upload_whatever_it_is_called() throws Exception {
    byte[] bomb = gzip(64 << 20);
    byte[] zip = "PK\u0003\u0004\u0014\u0000\u0000\u0000".getBytes(StandardCharsets.ISO_8859_1);
    for (String name : List.of("bomb.csv", "bomb.json", "bomb.ndjson", "bomb.csv.gz", "bomb.zip")) {
      for (byte[] content : List.of(bomb, zip)) {
        HttpResponse<String> response =
            send(
                HttpRequest.newBuilder(application.uri("/batches?name=" + name))
                    .header("Authorization", RunningApplication.AUTHORIZATION)
                    .header("Content-Type", "application/octet-stream")
                    .POST(BodyPublishers.ofByteArray(content)));
        assertThat(response.statusCode()).as("%s: %s", name, response.body()).isIn(400, 415);
      }
    }
  }

  @Test
  void a_form_of_many_parts_or_without_end_is_refused() throws Exception {
    StringBuilder parts = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      parts
          .append("--b\r\nContent-Disposition: form-data; name=\"f")
          .append(i)
          .append("\"\r\n\r\nx\r\n");
    }
    parts.append("--b--\r\n");
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put("a hundred thousand fields", parts.toString());
    forms.put(
        "a hundred thousand files",
        parts.toString().replace("\"\r\n\r\n", "\"; filename=\"a.csv\"\r\n\r\n"));
    forms.put(
        "a head of a part without end",
        "--b\r\nContent-Disposition: form-data; x=" + "y".repeat(4 << 20));
    forms.put("headers of a part without end", "--b\r\n" + "X: y\r\n".repeat(700_000));
    forms.put(
        "a field without end",
        "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n" + "y".repeat(4 << 20));
    forms.put("no part", "x".repeat(4 << 20));
    SoftAssertions softly = new SoftAssertions();
    for (Map.Entry<String, String> form : forms.entrySet()) {
      HttpResponse<String> response =
          send(
              HttpRequest.newBuilder(application.uri("/batches"))
                  .header("Authorization", RunningApplication.AUTHORIZATION)
                  .header("Content-Type", "multipart/form-data; boundary=b")
                  .POST(BodyPublishers.ofString(form.getValue())));
      softly
          .assertThat(response.statusCode())
          .as("%s: %s", form.getKey(), response.body())
          .isIn(400, 413);
    }
    softly.assertAll();
  }

  @Test
  void guesses_are_told_to_wait_while_the_caller_who_was_let_in_is_served() throws Exception {
    assertThat(application.get("/batches").statusCode()).isEqualTo(200);
    HttpResponse<String> refused = null;
    for (int i = 0; i < 60 && refused == null; i++) {
      HttpResponse<String> guess = guess("User guess-" + i + ", Organization x", "/batches");
      assertThat(guess.statusCode()).isIn(401, 429);
      refused = guess.statusCode() == 429 ? guess : null;
    }
    assertThat(refused).as("sixty guesses in a few seconds").isNotNull();
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertThat(refused.body()).contains("requestId").contains("Too many wrong secrets");
    // A right pair that nobody has shown yet is not looked up either.
    String tokens = "User " + RunningApplication.USER_SECRET + ", Element guess";
    assertThat(guess(tokens, "/elements/api-v2/ping").statusCode()).isIn(401, 429);
    assertThat(application.get("/batches").statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> guess(String authorization, String path) throws Exception {
    return application.send(
        HttpRequest.newBuilder(application.uri(path)).header("Authorization", authorization));
  }

  private static HttpResponse<String> sendBytes(String operation, byte[] body) throws Exception {
    String[] words = operation.split(" ");
    return send(
        application
            .request(words[0], words[1], null)
            .method(words[0], BodyPublishers.ofByteArray(body)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private static String get(String path, String header) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n";
  }

  private static String post(String headers, String body) {
    return "POST "
        + INSTANCES
        + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: "
        + RunningApplication.AUTHORIZATION
        + "\r\n"
        + headers
        + "\r\n\r\n"
        + body;
  }

  private static ObjectNode body(String name) {
    ObjectNode body = new ObjectMapper().createObjectNode().put("name", name);
    body.putObject("element").put("key", "autotaskfinance");
    body.putObject("configuration")
        .put("finance.autotask.username", "user-1@customer-1.example")
        .put("finance.autotask.password", "secret-1")
        .put("finance.autotask.server.url", "https://ww3.autotask.net");
    return body;
  }

  private static String withText(String field, String escaped) {
    return withRaw(field, "\"" + escaped + "\"");
  }

  /** The body with raw JSON as the field, so that escapes stay as they are. */
  private static String withRaw(String field, String json) {
    ObjectNode body = body("x");
    body.put(field, "@@");
    return body.toString().replace("\"@@\"", json);
  }

  private static String withConfiguration(String key, String escaped) {
    ObjectNode body = body("x");
    body.withObject("configuration").put("@key@", "@@").remove(key);
    return body.toString().replace("@key@", key).replace("@@", escaped);
  }

  private static String nestedConfiguration() {
    return withRaw(
        "configuration", "{\"a\":" + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000) + "}");
  }

  private static byte[] gzip(int zeros) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      byte[] buffer = new byte[1 << 20];
      for (int i = 0; i < zeros >> 20; i++) {
        gzip.write(buffer);
      }
    }
    return packed.toByteArray();
  }

  private static String escaped(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n").replace("\u0000", "\\0");
  }

  /** Sends all at once, since several end only when the server has waited for more. */
  private static Map<String, String> answers(Map<String, String> texts) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Callable<String>> sends =
          texts.values().stream().map(text -> (Callable<String>) () -> http.send(text)).toList();
      Iterator<Future<String>> sent = threads.invokeAll(sends).iterator();
      Map<String, String> answers = new LinkedHashMap<>();
      for (String name : texts.keySet()) {
        answers.put(name, sent.next().get());
      }
      return answers;
    } finally {
      threads.shutdownNow();
    }
  }
}
