package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.simulator.Fault;
import io.autotaskprovisioner.simulator.Fault.Kind;
import io.autotaskprovisioner.simulator.SimulatedUser;
import io.autotaskprovisioner.simulator.Simulator;
import io.autotaskprovisioner.simulator.SimulatorSettings;
import io.autotaskprovisioner.simulator.Switches;
import io.autotaskprovisioner.support.Folders;
import io.autotaskprovisioner.support.SecretScanner;
import io.autotaskprovisioner.support.WebhookReceiver;
import io.autotaskprovisioner.support.WebhookReceiver.Answer;
import io.vertx.core.Vertx;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run through all doors with successes and failures, and then a look for every password, token,
 * secret and key in everything that it left behind: log (with debug lines of ours), answers, bodies
 * sent, results, archives, metrics, a dump of the database and its raw file, a backup, temporary
 * files. All secrets come out of files, so that this is tested, too.
 */
class SecretLeakIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BASE = "/elements/api-v2";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Changes its look in JSON, URLs, HTML and CSV. */
  private static final String AWKWARD = "\"/9+&<%Q?~";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path outside;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> secrets = new LinkedHashMap<>();
  private final Map<String, String> tokens = new LinkedHashMap<>();

  /** Answers that may show tokens, and those that may not. */
  private final List<String> tokenAnswers = new ArrayList<>();

  private final List<String> answers = new ArrayList<>();
  private Path folder;
  private Simulator simulator;
  private WebhookReceiver receiver;
  private LaunchedApplication application;
  private String authorization;
  private int number;

  @BeforeEach
  void start() throws Exception {
    folder = Files.createDirectory(outside.resolve("server"));
    Files.createDirectories(folder.resolve("tmp"));
    simulator = Simulator.start(vertx, SimulatorSettings.onFreePort());
    receiver = new WebhookReceiver();
    Path logback = outside.resolve("logback.xml");
    Files.writeString(
        logback,
        Files.readString(Path.of("src/main/resources/logback.xml"))
            .replace(
                "<root level",
                "<logger name=\"io.autotaskprovisioner\" level=\"DEBUG\" /><root level"));
    authorization =
        "User %s, Organization %s"
            .formatted(
                secret("user secret", "user-secret_of=the+first/account"),
                secret("organization secret", "organization-secret=of+the/first"));
    String partner = receiver.url("/partner");
    application =
        new LaunchedApplication(folder)
            .jvmOptions(
                "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                "-Dlogback.configurationFile=" + logback)
            .with("autotask.discovery-url", simulator.discoveryUri().toString())
            .with("autotask.allowed-origins", simulator.baseUri().toString())
            .with("autotask.integration-code", file("code", Switches.DEMO_INTEGRATION_CODE))
            .with("autotask.call-timeout", "500ms")
            .with("autotask.connect-timeout", "1s")
            .with("http.deadline", "3s")
            .with("intake.file.minimum-age", "200ms")
            .with("intake.file.poll-interval", "200ms")
            .with("intake.results.refresh-interval", "300ms")
            .with("provisioning.retry.first-delay", "200ms")
            .with("provisioning.retry.give-up-after", "1s")
            .with("account.initial.user-secret", file("user", secrets.get("user secret")))
            .with(
                "account.initial.organization-secret",
                file("organization", secrets.get("organization secret")))
            .with(
                "account.initial.password",
                file("password", secret("login password", "the login password " + AWKWARD)))
            .with("account.password-rounds", "1000")
            .with(
                "storage.password", file("storage", secret("database password", "db-pw" + AWKWARD)))
            .with("queue.user", "provisioner")
            .with("queue.password", file("queue", secret("queue password", "queue-pw-9x/+&Q~z")))
            .with(
                "delivery.crm.secret",
                file("signing", secret("signing secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")))
            .with("delivery.crm.webhook", receiver.url("/crm"))
            .with("delivery.files.uri", "file:" + folder.resolve("events"))
            .with(
                "delivery.partner.uri",
                "%s?authMethod=Basic&authUsername=me&authPassword=RAW(%s)"
                    .formatted(
                        partner,
                        file("partner", secret("password in a URI", "partner-pw-9x/+Q~z"))))
            .with("delivery.ledger.table", "autotask_events")
            .with("delivery.ledger.url", ledgerUrl())
            .with("delivery.ledger.user", "reporter")
            .with(
                "delivery.ledger.password",
                file("ledger", secret("ledger password", "ledger-pw" + AWKWARD)))
            .with("delivery.retry.schedule", "200ms,200ms,200ms");
    // Before the first event: the table does not exist, and what the database says of it is told.
    application.launch().awaitReady();
  }

  @AfterEach
  void end() throws Exception {
    application.close();
    receiver.close();
    simulator.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void nothing_that_a_run_leaves_behind_holds_a_secret_outside_of_where_secrets_rest()
      throws Exception {
    successes();
    doors();
    permanentFailures();
    transientFailures();
    administration();
    look();
  }

  private void successes() throws Exception {
    receiver.answer(
        post ->
            post.path().equals("/partner") ? Answer.status(500).body("no") : Answer.status(204));
    JsonNode first = provision(user("HTTP"), "Idempotency-Key", "one");
    JsonNode again = first;
    long id = first.path("id").asLong();
    // Kept for the key, read, listed, pinged, changed, disabled, deleted.
    for (String path : List.of("/instances", "/instances/" + id, "/instances?searchText=a")) {
      read("GET", BASE + path, null, true);
    }
    SimulatedUser changed = user("change");
    ObjectNode change = JSON.createObjectNode();
    change
        .putObject("configuration")
        .put("finance.autotask.username", changed.login())
        .put("finance.autotask.password", changed.secret())
        .put("event.notification.signature.key", secret("signature key", "sig-key" + AWKWARD));
    read("PATCH", BASE + "/instances/" + id, change.toString(), true);
    read("GET", BASE + "/instances/" + id + "/configuration", null, false);
    read("GET", BASE + "/instances/" + id + "/autotask", null, false);
    String own = authorization + ", Element " + again.path("token").asText();
    for (String path : List.of("/ping", "/objects", "/hubs/finance/customers?pageSize=1")) {
      answers.add(send("GET", BASE + path, null, "Authorization", own).body());
    }
    read("DELETE", BASE + "/instances/" + id + "/enabled", null, false);
    JsonNode gone = provision(user("deleted"));
    read("DELETE", BASE + "/instances/" + gone.path("id").asLong(), null, false);
  }

  private void doors() throws Exception {
    drop("inbox", "good.csv", csv(user("drop folder"), user("drop folder too")));
    SimulatedUser line = user("NDJSON");
    drop("inbox", "lines.ndjson", request(line).toString() + "\n");
    drop("scheduled", "night.csv", csv(user("schedule")));
    read("POST", "/schedules/batch/runs", null, false);
    read("POST", "/schedules/verify/runs", null, false);
    answers.add(
        send("POST", "/batches?name=up.csv", csv(user("upload")), "Content-Type", "text/csv")
            .body());
    // What nobody can read keeps its place, and its content goes nowhere else.
    drop(
        "inbox",
        "column.csv",
        "name,pasword\nA," + secret("password in a refused file", "refused-pw-9x") + "\n");
    drop("inbox", "binary.csv", "name,username\nA,\0" + secrets.get("password in a refused file"));
    try (JMSContext context = broker()) {
      var producer = context.createProducer();
      var requests = context.createQueue("provisioning.requests");
      producer.send(requests, request(user("message")).toString());
      producer.send(
          requests, "{\"password\":\"" + secret("password in a broken message", "broken-pw-9x"));
      SimulatedUser wrong = user("wrong message");
      producer.send(
          requests,
          login(wrong, secret("wrong password of a message", "wrong-pw-9x" + AWKWARD)).toString());
    }
    ObjectNode imported = JSON.createObjectNode();
    SimulatedUser moved = user("import");
    ObjectNode instance = ((ArrayNode) imported.putArray("instances")).addObject();
    instance.put("id", 70_001).put("name", "Moved");
    instance.put("token", token("imported token", "a-token-of-the-hosted-service/+9="));
    instance.putObject("element").put("key", "autotaskfinance");
    instance
        .putObject("configuration")
        .put("finance.autotask.username", moved.login())
        .put("finance.autotask.server.url", "https://ww3.autotask.net");
    imported.putArray("credentials").addObject().put("id", 70_001).put("password", moved.secret());
    JsonNode begun = JSON.readTree(read("POST", "/imports", imported.toString(), false));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                JSON.readTree(read("GET", "/imports/" + begun.path("id").asLong(), null, false))
                    .path("status")
                    .asText()
                    .equals("IMPORTED"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(folder.resolve("archive")).isDirectory();
              assertThat(Folders.names(folder.resolve("inbox")))
                  .containsExactly("binary.csv.refused", "column.csv.refused");
            });
  }

  /** What is wrong for good, by the drop folder and by HTTP, which have words of their own. */
  private void permanentFailures() throws Exception {
    List<ObjectNode> bad = new ArrayList<>();
    for (String door : List.of("of a row", "of a call")) {
      bad.add(
          login(
              user("wrong " + door), secret("wrong password " + door, "wrong " + door + AWKWARD)));
      ObjectNode unknown =
          login(user("x" + door), secret("password of nobody " + door, "nobody " + door + AWKWARD));
      ((ObjectNode) unknown.path("configuration"))
          .put("finance.autotask.username", "nobody" + number + "@nowhere.example");
      simulator.put(user("unused " + door).inactive());
      bad.add(unknown);
      ObjectNode elsewhere = request(user("elsewhere " + door));
      ((ObjectNode) elsewhere.path("configuration"))
          .put("finance.autotask.server.url", "https://autotask.example");
      bad.add(elsewhere);
      SimulatedUser denied = user("denied " + door).without("ThresholdInformation");
      simulator.put(denied);
      bad.add(request(denied));
      ObjectNode nameless = request(user("nameless " + door));
      nameless.remove("name");
      bad.add(nameless);
      ObjectNode other = request(user("element " + door));
      other.putObject("element").put("key", "autotaskfinanc");
      bad.add(other);
      ObjectNode code = request(user("code " + door));
      ((ObjectNode) code.path("configuration"))
          .put(
              "finance.autotask.integration.code",
              secret("wrong code " + door, "wrong code " + door + AWKWARD));
      bad.add(code);
    }
    List<ObjectNode> rows = bad.subList(0, bad.size() / 2);
    StringBuilder lines = new StringBuilder();
    rows.forEach(row -> lines.append(row).append('\n'));
    drop("inbox", "bad.ndjson", lines.toString());
    for (ObjectNode call : bad.subList(bad.size() / 2, bad.size())) {
      HttpResponse<String> refused = send("POST", BASE + "/instances", call.toString());
      assertThat(refused.statusCode()).as(refused.body()).isBetween(400, 504);
      answers.add(refused.body());
    }
    String half = request(user("half a body")).toString();
    answers.add(send("POST", BASE + "/instances", half.substring(0, half.length() - 2)).body());
    answers.add(send("POST", BASE + "/instances", half, "Content-Type", "text/plain").body());
    awaitBatch("bad.ndjson");
  }

  /**
   * What passes, while it lasts: each by a file and by a call, and Autotask's words quote secrets.
   */
  private void transientFailures() throws Exception {
    List<Fault> faults =
        List.of(
            Fault.next(0, Kind.GATEWAY),
            Fault.next(0, Kind.GATEWAY).with(429, ""),
            Fault.next(0, Kind.CLOSE),
            Fault.next(0, Kind.SILENCE),
            Fault.next(0, Kind.GARBAGE),
            Fault.next(0, Kind.REDIRECT));
    for (int i = 0; i < faults.size(); i++) {
      simulator.add(faults.get(i));
      drop("inbox", "fault" + i + ".csv", csv(user("row in fault " + i)));
      refused(user("call in fault " + i));
      awaitBatch("fault" + i + ".csv");
      simulator.clearFaults();
    }
    SimulatedUser quoted = user("quoted by Autotask to a call");
    quoteSecretOf(quoted);
    refused(quoted);
    simulator.clearFaults();
    quoted = user("quoted by Autotask to a row");
    quoteSecretOf(quoted);
    drop("inbox", "quoted.csv", csv(quoted));
    awaitBatch("quoted.csv");
    simulator.clearFaults();
  }

  private void quoteSecretOf(SimulatedUser user) {
    simulator.add(
        Fault.next(0, Kind.ERRORS)
            .onPath("ThresholdInformation")
            .with(500, "Could not use %s for it".formatted(user.secret())));
  }

  private void refused(SimulatedUser user) throws Exception {
    HttpResponse<String> refused = send("POST", BASE + "/instances", request(user).toString());
    assertThat(refused.statusCode()).as(refused.body()).isGreaterThanOrEqualTo(400);
    answers.add(refused.body());
  }

  private void administration() throws Exception {
    String password = secret("password of an account", "second password" + AWKWARD);
    ObjectNode account = JSON.createObjectNode();
    account.put("email", "ann@example.com").put("firstName", "Ann").put("lastName", "Lee");
    account.put("password", password);
    JsonNode created = JSON.readTree(send("POST", "/accounts", account.toString()).body());
    secret("made user secret", created.path("userSecret").asText());
    secret("made organization secret", created.path("organizationSecret").asText());
    String path = "/accounts/" + created.path("id").asLong();
    JsonNode rotated = JSON.readTree(send("POST", path + "/rotate", null).body());
    secret("rotated user secret", rotated.path("userSecret").asText());
    secret("rotated organization secret", rotated.path("organizationSecret").asText());
    read("GET", "/accounts", null, false);
    String form =
        "j_username=ann%40example.com&j_password="
            + URLEncoder.encode(password, StandardCharsets.UTF_8);
    HttpResponse<String> login =
        send(
            "POST",
            "/elements/j_spring_security_check",
            form,
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(login.statusCode()).as(login.body()).isEqualTo(200);
    String cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    secret("session", cookie.substring(cookie.indexOf('=') + 1));
    answers.add(
        send(
                "POST",
                BASE + "/authentication",
                JSON.createObjectNode()
                    .put("username", "ann@example.com")
                    .put("password", secret("guessed password", "a guess" + AWKWARD))
                    .toString())
            .body());
    answers.add(
        send(
                "GET",
                "/batches",
                null,
                "Authorization",
                "User %s, Organization none-of-this"
                    .formatted(secret("guessed secret", "guessed-secret-of-nobody")))
            .body());
    read("POST", "/keys", null, false);
    read("GET", "/keys", null, false);
    read("POST", "/backups", null, false);
    for (String list :
        List.of(
            "/status",
            "/batches",
            "/requests?status=FAILED&pageSize=500",
            "/deliveries?pageSize=500",
            "/destinations",
            "/schedules",
            "/imports",
            "/verification/suspended",
            "/openapi.json")) {
      read("GET", list, null, false);
    }
    try (JMSContext context = broker()) {
      var replies = context.createConsumer(context.createQueue("provisioning.results"));
      for (int i = 0; i < 2; i++) {
        Message reply = replies.receive(PATIENCE.toMillis());
        answers.add(((TextMessage) reply).getText());
      }
    }
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              JsonNode pending =
                  JSON.readTree(send("GET", "/deliveries?status=PENDING", null).body());
              return pending.isEmpty();
            });
    await().atMost(PATIENCE).until(() -> !read("GET", "/backups", null, false).contains("RUNNING"));
    URI management = URI.create("http://127.0.0.1:" + application.managementPort());
    for (String page : List.of("/observe/metrics", "/observe/health", "/observe/info")) {
      answers.add(
          http.send(
                  HttpRequest.newBuilder(management.resolve(page)).build(), BodyHandlers.ofString())
              .body());
    }
  }

  private void look() throws Exception {
    Set<String> classes = new TreeSet<>();
    for (JsonNode failed :
        JSON.readTree(send("GET", "/requests?status=FAILED&pageSize=500", null).body())) {
      classes.add(failed.path("failureClass").asText());
    }
    assertThat(classes)
        .contains(
            "INVALID_REQUEST",
            "UNKNOWN_ELEMENT",
            "HOST_NOT_ALLOWED",
            "UNKNOWN_LOGIN",
            "REJECTED_CREDENTIALS",
            "NOT_PERMITTED",
            "PROVIDER_REFUSED",
            "THROTTLED",
            "PROVIDER_ERROR",
            "UNREACHABLE",
            "TIMEOUT");
    for (JsonNode keys :
        JSON.readTree(folder.resolve("data/keyring.json").toFile()).findValues("value")) {
      secret("key of the ring " + secrets.size(), keys.asText());
    }
    assertThat(Folders.names(folder.resolve("data/uploads")))
        .as("uploads that were read")
        .isEmpty();
    application.terminate();
    dump();

    SecretScanner all = new SecretScanner();
    secrets.forEach(all::add);
    SecretScanner withTokens = new SecretScanner();
    secrets.forEach(withTokens::add);
    tokens.forEach(withTokens::add);
    assertThat(withTokens.size()).isGreaterThan(60);

    List<String> found = new ArrayList<>();
    answers.forEach(answer -> found.addAll(withTokens.inText("answer " + answer, answer)));
    tokenAnswers.forEach(answer -> found.addAll(all.inText("answer " + answer, answer)));
    receiver
        .received()
        .forEach(post -> found.addAll(withTokens.inText("post to " + post.path(), post.body())));
    assertThat(receiver.received()).hasSizeGreaterThan(8);
    found.addAll(withTokens.inFiles(folder, SecretLeakIT::restsThere));
    assertThat(found).isEmpty();

    // The control: what is put in is found, so that the above means something.
    Path results = folder.resolve("results");
    Files.writeString(
        results.resolve("planted.csv"),
        "a," + secrets.get("wrong password of a row").replace("\"", "\"\""));
    Files.write(
        folder.resolve("tmp/planted"),
        tokens.values().iterator().next().getBytes(StandardCharsets.UTF_8));
    assertThat(withTokens.inFiles(folder, SecretLeakIT::restsThere))
        .hasSize(2)
        .anyMatch(leak -> leak.startsWith("results/planted.csv holds wrong password of a row"))
        .anyMatch(leak -> leak.startsWith("tmp/planted holds token"));
    // So does the list of places: where it says that secrets rest, some do.
    assertThat(withTokens.inFiles(folder, (place, name) -> !place.equals("data/keyring.json")))
        .isNotEmpty();
    assertThat(withTokens.inFiles(folder, (place, name) -> !place.startsWith("data/queue/")))
        .isNotEmpty()
        .allMatch(leak -> leak.contains("message"));
  }

  /** Where the README says that secrets rest, in the server's folder after it has ended. */
  private static boolean restsThere(String place, String name) {
    return place.equals("data/keyring.json") && name.startsWith("key of the ring")
        || place.startsWith("data/queue/") && name.contains("message")
        || place.endsWith(".refused") && name.equals("password in a refused file");
  }

  /** Everything in the database as SQL. */
  private void dump() throws Exception {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:h2:"
                    + folder.resolve("data/autotask-provisioner")
                    + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;IFEXISTS=TRUE",
                "sa",
                secrets.get("database password"));
        Statement script = connection.createStatement()) {
      script.execute("script to '%s'".formatted(folder.resolve("dump.sql")));
    }
    assertThat(folder.resolve("dump.sql"))
        .content()
        .contains("INSERT INTO")
        .contains("sealed_token");
  }

  private String ledgerUrl() {
    return "jdbc:h2:file:" + folder.resolve("ledger") + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE";
  }

  private SimulatedUser user(String name) {
    String login = "user%d@leak.example".formatted(++number);
    String password =
        secret("password " + name, "%d pw %s%s".formatted(number, name.replace(' ', '-'), AWKWARD));
    SimulatedUser user = new SimulatedUser(login, password, 30_000 + number, "Company " + number);
    simulator.put(user);
    return user;
  }

  private static ObjectNode request(SimulatedUser user) {
    return login(user, user.secret());
  }

  private static ObjectNode login(SimulatedUser user, String password) {
    ObjectNode body = JSON.createObjectNode().put("name", "Customer of " + user.login());
    body.putObject("element").put("key", "autotaskfinance");
    body.putObject("configuration")
        .put("finance.autotask.username", user.login())
        .put("finance.autotask.password", password)
        .put("finance.autotask.server.url", "https://ww3.autotask.net");
    return body;
  }

  private static String csv(SimulatedUser... users) {
    StringBuilder csv = new StringBuilder("name,username,password,serverUrl\n");
    for (SimulatedUser user : users) {
      csv.append(
          "Customer,%s,\"%s\",https://ww3.autotask.net\n"
              .formatted(user.login(), user.secret().replace("\"", "\"\"")));
    }
    return csv.toString();
  }

  private void drop(String where, String name, String content) throws Exception {
    Path part = folder.resolve(where).resolve(name + ".part");
    Files.writeString(part, content);
    Files.move(part, folder.resolve(where).resolve(name));
  }

  private void awaitBatch(String name) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              for (JsonNode batch : JSON.readTree(read("GET", "/batches", null, false))) {
                if (batch.path("name").asText().equals(name)) {
                  return batch.path("status").asText().equals("FINISHED");
                }
              }
              return false;
            });
  }

  private JsonNode provision(SimulatedUser user, String... headers) throws Exception {
    HttpResponse<String> made =
        send("POST", BASE + "/instances", request(user).toString(), headers);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    tokenAnswers.add(made.body());
    JsonNode instance = JSON.readTree(made.body());
    token("token " + instance.path("id").asLong(), instance.path("token").asText());
    return instance;
  }

  /** Asks, keeps the answer to be looked through, and gives it. */
  private String read(String method, String path, String body, boolean mayShowTokens)
      throws Exception {
    HttpResponse<String> response = send(method, path, body);
    assertThat(response.statusCode())
        .as("%s %s: %s", method, path, response.body())
        .isLessThan(300);
    (mayShowTokens ? tokenAnswers : answers).add(response.body());
    return response.body();
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(application.uri(path))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", authorization)
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private JMSContext broker() {
    ActiveMQConnectionFactory factory =
        new ActiveMQConnectionFactory("tcp://127.0.0.1:" + application.queuePort());
    return factory.createContext("provisioner", secrets.get("queue password"));
  }

  private String secret(String name, String value) {
    secrets.put(name, value);
    return value;
  }

  private String token(String name, String value) {
    tokens.put(name, value);
    return value;
  }

  /** A setting whose value lies in a file with a line break at its end, as Docker's do. */
  private String file(String name, String content) throws Exception {
    Path file = outside.resolve("secret-" + name);
    Files.writeString(file, content + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return "{{file:" + file + "}}";
  }
}
