package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.RunningApplication.AUTHORIZATION;
import static io.autotaskprovisioner.RunningApplication.customers;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.RunningApplication;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that come by HTTP, in the whole application. */
class UploadApiTest {

  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int MAX_SIZE = 1_200_000;

  @TempDir static Path folder;
  private static RunningApplication application;

  @BeforeAll
  static void start() throws Exception {
    application =
        RunningApplication.start(
            folder, Map.of("intake.upload.max-size", Integer.toString(MAX_SIZE)));
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @Test
  void an_upload_is_a_batch_with_progress_and_three_results() throws Exception {
    HttpResponse<String> taken =
        upload("/batches?name=customers.csv", "text/csv", customers(1, 2) + "Bad,,,\n");

    assertThat(taken.statusCode()).isEqualTo(202);
    String location = taken.headers().firstValue("Location").orElseThrow();
    assertThat(location).isEqualTo("/batches/" + json(taken).path("id").asLong());
    assertThat(json(taken).path("door").asText()).isEqualTo("UPLOAD");
    JsonNode batch = awaitStatus(location, "FINISHED");
    assertThat(batch.path("records").asInt()).isEqualTo(3);
    assertThat(batch.path("succeeded").asInt()).isEqualTo(2);
    assertThat(batch.path("failed").asInt()).isEqualTo(1);
    assertThat(batch.path("recordsPerSecond").asDouble()).isPositive();
    assertThat(batch.path("secondsLeft").asInt(-1)).isZero();

    HttpResponse<String> failed =
        await()
            .atMost(PATIENCE)
            .until(
                () -> application.get(location + "/results/failed.csv"),
                answer -> answer.statusCode() == 200);
    assertThat(failed.headers().firstValue("Content-Type")).contains("text/csv;charset=UTF-8");
    assertThat(failed.headers().firstValue("Content-Disposition"))
        .contains("attachment; filename*=UTF-8''customers.failed.csv");
    assertThat(failed.body()).contains("Bad", "INVALID_REQUEST");
    HttpResponse<String> succeeded =
        application.send(
            application
                .request("GET", location + "/results/succeeded.ndjson", null)
                .header("Accept", "application/x-ndjson"));
    assertThat(succeeded.body().lines()).hasSize(2);
    assertThat(json(application.get(location + "/results/summary.json")).path("failed").asInt())
        .isEqualTo(1);
    assertThat(application.get(location + "/results/other.txt").statusCode()).isEqualTo(404);
    assertThat(application.get("/batches/4711/results/failed.csv").statusCode()).isEqualTo(404);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(spooled()).isEmpty());
    Path copy = folder.resolve("archive/customers.%s.csv".formatted(batch.path("id").asText()));
    assertThat(Files.readString(copy)).contains("Customer 1").doesNotContain("secret-1");
  }

  @Test
  void name_and_format_come_from_the_form_the_header_or_the_media_type() throws Exception {
    String object =
        """
        {"name":"Customer 21","username":"user-21@customer-21.example","password":"secret-21",
         "serverUrl":"https://ww3.autotask.net"}""";
    HttpResponse<String> typed = upload("/batches", "application/json", object);
    HttpResponse<String> disposed =
        application.send(
            raw("/batches", customers(22))
                .header("Content-Disposition", "attachment; filename*=UTF-8''K%C3%A4ufer.csv"));
    HttpResponse<String> form =
        upload(
            "/batches",
            "multipart/form-data; boundary=line",
            """
            --line\r
            Content-Disposition: form-data; name="file"; filename="../../of a form.csv"\r
            Content-Type: text/csv\r
            \r
            %s\r
            --line--\r
            """
                .formatted(customers(23)));

    assertThat(json(typed).path("name").asText()).isEqualTo("upload.json");
    assertThat(json(disposed).path("name").asText()).isEqualTo("Käufer.csv");
    assertThat(json(form).path("name").asText()).isEqualTo("of a form.csv");
    for (HttpResponse<String> taken : List.of(typed, disposed, form)) {
      JsonNode batch =
          awaitStatus(taken.headers().firstValue("Location").orElseThrow(), "FINISHED");
      assertThat(batch.path("succeeded").asInt()).isEqualTo(1);
    }
  }

  @Test
  void every_record_of_a_form_is_in_the_journal_whatever_its_size() throws Exception {
    String row = "x".repeat(197) + ",,\n";
    for (int rows : new int[] {10, 50, 100, 500, 5_000}) {
      HttpResponse<String> taken =
          form("s.csv", "text/csv", "/batches", "name,username,password\n" + row.repeat(rows));

      assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
      JsonNode batch =
          awaitStatus(taken.headers().firstValue("Location").orElseThrow(), "FINISHED");
      assertThat(batch.path("records").asInt()).isEqualTo(rows);
    }
  }

  @Test
  void a_form_that_has_no_name_for_its_file_leaves_it_to_the_query_or_its_media_type()
      throws Exception {
    HttpResponse<String> dash =
        form("-", "application/octet-stream", "/batches?name=piped.csv", customers(24));
    HttpResponse<String> empty =
        form("", "application/octet-stream", "/batches?name=empty.csv", customers(24));
    HttpResponse<String> other =
        form("blob.tmp", "application/octet-stream", "/batches?name=b.csv", customers(24));
    HttpResponse<String> typed = form("-", "text/csv", "/batches", customers(24));

    assertThat(json(dash).path("name").asText()).isEqualTo("piped.csv");
    assertThat(json(empty).path("name").asText()).isEqualTo("empty.csv");
    assertThat(json(other).path("name").asText()).isEqualTo("b.csv");
    assertThat(json(typed).path("name").asText()).isEqualTo("upload.csv");
    assertRefused(form("-", "application/octet-stream", "/batches", "x"), 415, "?name=");
  }

  @Test
  void what_cannot_be_taken_is_refused_at_once_and_leaves_neither_batch_nor_file()
      throws Exception {
    int before = batches();

    assertRefused(upload("/batches", "image/png", "x"), 415, "?name=customers.csv");
    assertRefused(upload("/batches", "text/csv", "name,usrname\nA,b\n"), 400, "username");
    assertRefused(upload("/batches", "text/csv", "name\0,username\n"), 400, "binary");
    assertRefused(upload("/batches", "text/csv", ""), 400, "empty");
    assertRefused(
        upload("/batches", "text/csv", customers(1).repeat(20_000)), 413, "intake.upload.max-size");
    assertRefused(
        upload("/batches", "multipart/form-data; boundary=line", "--line--\r\n"), 400, "no file");
    assertRefused(
        upload(
            "/batches",
            "multipart/form-data; boundary=line",
            "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cut.csv\"\r\n\r\n"
                + customers(1)),
        400,
        "closing boundary");
    assertRefused(
        application.send(raw("/batches?name=a.csv", "x").header("Content-Encoding", "gzip")),
        415,
        "Content-Encoding");
    HttpResponse<String> stranger =
        application.send(
            HttpRequest.newBuilder(application.uri("/batches?name=a.csv"))
                .POST(HttpRequest.BodyPublishers.ofString(customers(1).repeat(500))));
    assertRefused(stranger, 401, "secret");

    assertThat(batches()).isEqualTo(before);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(spooled()).isEmpty());
  }

  @Test
  void half_an_upload_leaves_neither_batch_nor_file() throws Exception {
    int before = batches();
    URI uri = application.uri("/");
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /batches?name=half.csv HTTP/1.1\r\nHost: x\r\nAuthorization: "
                  + AUTHORIZATION
                  + "\r\nContent-Length: 50000\r\n\r\n"
                  + customers(1))
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(spooled()).hasSize(1));
    }

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(spooled()).isEmpty());
    assertThat(batches()).isEqualTo(before);
  }

  @Test
  void an_idempotency_key_makes_one_batch_of_a_repeated_upload() throws Exception {
    HttpResponse<String> first = keyed(customers(31));
    HttpResponse<String> second = keyed(customers(31));
    HttpResponse<String> other = keyed(customers(32));

    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(second.statusCode()).isEqualTo(202);
    assertThat(json(second).path("id")).isEqualTo(json(first).path("id"));
    assertThat(second.headers().firstValue("Location"))
        .isPresent()
        .isEqualTo(first.headers().firstValue("Location"));
    assertThat(other.statusCode()).isEqualTo(422);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(spooled()).isEmpty());
  }

  @Test
  void a_cancelled_batch_discards_what_waits_and_says_so_everywhere() throws Exception {
    HttpResponse<String> taken = upload("/batches?name=late.csv", "text/csv", late(41, 42, 43));
    String location = taken.headers().firstValue("Location").orElseThrow();
    awaitStatus(location, "RUNNING");

    HttpResponse<String> cancelled = application.post(location + "/cancel", null);
    HttpResponse<String> again = application.post(location + "/cancel", null);

    assertThat(json(cancelled).path("status").asText()).isEqualTo("CANCELLED");
    assertThat(again.statusCode()).isEqualTo(200);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode summary = json(application.get(location + "/results/summary.json"));
              assertThat(summary.path("status").asText()).isEqualTo("CANCELLED");
              assertThat(summary.path("discarded").asInt()).isEqualTo(3);
              assertThat(summary.path("waiting").asInt()).isZero();
            });
    assertThat(application.post(location + "/retry", null).statusCode()).isEqualTo(409);
    assertThat(application.post("/batches/4711/cancel", null).statusCode()).isEqualTo(404);
  }

  @Test
  void a_waiting_request_is_discarded_once() throws Exception {
    HttpResponse<String> taken = upload("/batches?name=one.csv", "text/csv", late(51));
    String location = taken.headers().firstValue("Location").orElseThrow();
    awaitStatus(location, "RUNNING");
    JsonNode waiting = json(application.get("/requests?status=WAITING"));
    long id = 0;
    for (JsonNode row : waiting) {
      id = row.path("name").asText().equals("Customer 51") ? row.path("id").asLong() : id;
    }

    HttpResponse<String> discarded = application.post("/requests/" + id + "/discard", null);
    HttpResponse<String> again = application.post("/requests/" + id + "/discard", null);

    assertThat(json(discarded).path("status").asText()).isEqualTo("DISCARDED");
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(awaitStatus(location, "FINISHED").path("discarded").asInt()).isEqualTo(1);
    assertThat(application.post("/requests/999999999999/discard", null).statusCode())
        .isEqualTo(404);
  }

  private static String late(int... numbers) {
    return customers(numbers)
        .replace("serverUrl\n", "serverUrl,notBefore\n")
        .replace("autotask.net\n", "autotask.net,2099-01-01T00:00:00Z\n");
  }

  private static HttpResponse<String> keyed(String content) throws Exception {
    return application.send(
        raw("/batches?name=keyed.csv", content).header("Idempotency-Key", "key-of-an-upload"));
  }

  private static HttpResponse<String> form(
      String fileName, String mediaType, String path, String content) throws Exception {
    return upload(
        path,
        "multipart/form-data; boundary=line",
        """
        --line\r
        Content-Disposition: form-data; name="file"; filename="%s"\r
        Content-Type: %s\r
        \r
        %s\r
        --line--\r
        """
            .formatted(fileName, mediaType, content));
  }

  private static HttpResponse<String> upload(String path, String mediaType, String content)
      throws Exception {
    return application.send(raw(path, content).header("Content-Type", mediaType));
  }

  private static HttpRequest.Builder raw(String path, String content) {
    return HttpRequest.newBuilder(application.uri(path))
        .timeout(Duration.ofSeconds(30))
        .header("Authorization", AUTHORIZATION)
        .POST(HttpRequest.BodyPublishers.ofString(content));
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String words) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(words);
  }

  private static JsonNode awaitStatus(String location, String status) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> json(application.get(location)),
            batch -> batch.path("status").asText().equals(status));
  }

  private static int batches() throws Exception {
    return json(application.get("/batches?pageSize=500")).size();
  }

  private static List<Path> spooled() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("data/uploads"))) {
      return files.filter(file -> !file.endsWith(".autotask-provisioner-id")).toList();
    }
  }
}
