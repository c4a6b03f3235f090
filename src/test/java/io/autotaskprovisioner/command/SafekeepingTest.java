package io.autotaskprovisioner.command;

import static io.autotaskprovisioner.RunningApplication.customers;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.secret.KeyRingCopy;
import io.autotaskprovisioner.secret.KeyRings;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.JdbcDatabase;
import io.autotaskprovisioner.storage.Restoring;
import io.autotaskprovisioner.storage.StorageSettings;
import io.autotaskprovisioner.support.WebhookReceiver;
import io.autotaskprovisioner.support.WebhookReceiver.Answer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys rotate and backups are made beside a server that works, and a backup becomes a server. */
class SafekeepingTest {

  private static final String BASE = "/elements/api-v2";
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final WebhookReceiver RECEIVER = new WebhookReceiver();

  @TempDir static Path folder;
  private static RunningApplication application;
  private static Path secrets;
  private static final AtomicInteger CUSTOMER = new AtomicInteger(1000);

  private static final int CALLERS = 3;

  private record Outcome(int exitCode, String out, String err) {}

  /** What a caller was told and holds on to. */
  private record Acknowledged(long id, String token) {}

  @BeforeAll
  static void start() throws Exception {
    application =
        RunningApplication.start(
            folder,
            Map.of(
                "delivery.crm.webhook",
                RECEIVER.url("/crm"),
                "delivery.retry.schedule",
                // None may be given up before the copy is made, however slow the machine is.
                String.join(",", Collections.nCopies(500, "2s")),
                "account.initial.password",
                "a long password of the first account",
                "backup.directory",
                folder.resolve("backups").toString()));
    secrets = folder.resolve("caller.properties");
    Files.writeString(
        secrets,
        "user-secret=%s\norganization-secret=%s\n"
            .formatted(RunningApplication.USER_SECRET, RunningApplication.ORGANIZATION_SECRET));
  }

  @AfterAll
  static void stop() {
    application.close();
    RECEIVER.close();
  }

  @Test
  void a_key_rotates_beside_the_running_server_and_everything_stays_usable() throws Exception {
    RECEIVER.answer(Answer.status(204));
    Acknowledged before = provision("key-1");
    String login = "user-7@customer-7.example";
    application
        .simulator()
        .put(application.simulator().user(login).without("ThresholdInformation"));
    application.drop("rotated.csv", customers(7, 8));
    long batch = application.awaitFinished("rotated").path("id").asLong();
    long old = keys().at("/keys/0/id").asLong();

    long added =
        new ObjectMapper().readTree(onServer("keys", "add", "--json").out()).path("id").asLong();
    assertThat(
            json(application.send(application.request("POST", "/keys", null))).path("id").asLong())
        .as("another, by the API")
        .isNotEqualTo(added);
    assertThat(application.get("/keys/" + added + "/check?for=use").statusCode()).isEqualTo(200);
    Outcome used = onServer("keys", "use", "" + added);
    assertThat(used.exitCode()).as(used.err()).isZero();
    assertThat(used.out()).contains("Next: keys reseal");
    Acknowledged between = provision("key-2");
    Outcome refused = onServer("keys", "remove", "" + old);
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("try again in");
    settle();
    assertThat(onServer("keys", "remove", "" + old).err())
        .contains("values are still sealed with key " + old, "run keys reseal first");

    HttpResponse<String> piece =
        application.post("/keys/reseal", "{\"after\":\"instance.sealed_token\"}");
    assertThat(piece.statusCode()).as(piece.body()).isEqualTo(200);
    assertThat(application.post("/keys/reseal", "{\"after\":\"nonsense\"}").statusCode())
        .isEqualTo(400);
    Outcome resealed = onServer("keys", "reseal");
    assertThat(resealed.exitCode()).as(resealed.err()).isZero();
    assertThat(onServer("keys", "reseal").out()).startsWith("0 values sealed anew.");
    String shown = onServer("keys", "list").out();
    assertThat(shown).contains(old + "  opens        0 values", added + "  seals", "seen ");
    Outcome removed = onServer("keys", "remove", "" + old);
    assertThat(removed.exitCode()).as(removed.err()).isZero();

    // Everything that was sealed with the key that is gone.
    assertThat(ping(application, before).statusCode()).isEqualTo(200);
    assertThat(ping(application, between).statusCode()).isEqualTo(200);
    assertThat(provision("key-1")).as("the answer kept for the key").isEqualTo(before);
    application.simulator().put(application.simulator().user(login).without());
    assertThat(application.post("/batches/" + batch + "/retry", null).statusCode()).isEqualTo(200);
    await()
        .atMost(PATIENCE)
        .until(() -> json(application.get("/batches/" + batch)).path("succeeded").asInt() == 2);
    HttpResponse<String> token =
        application.post(
            BASE + "/authentication",
            "{\"username\":\"admin@localhost\",\"password\":\"a long password of the first account\"}");
    assertThat(token.statusCode()).as(token.body()).isEqualTo(200);
    HttpRequest.Builder own =
        application
            .request("GET", BASE + "/authentication/secrets", null)
            .setHeader("Authorization", "Bearer " + json(token).path("token").asText());
    assertThat(json(application.send(own)).path("userSecret").asText())
        .isEqualTo(RunningApplication.USER_SECRET);
    // The spare key goes by the API.
    for (JsonNode key : keys().path("keys")) {
      if (!key.path("seals").asBoolean()) {
        assertThat(
                application
                    .send(application.request("DELETE", "/keys/" + key.path("id").asLong(), null))
                    .statusCode())
            .isEqualTo(200);
      }
    }
    HttpResponse<String> primary =
        application.send(application.request("DELETE", "/keys/" + added, null));
    assertThat(primary.statusCode()).isEqualTo(409);
    assertThat(application.post("/keys/" + added + "/use", null).statusCode()).isEqualTo(200);
  }

  @Test
  void the_ring_of_a_secret_store_is_changed_in_a_copy_after_asking_the_server() throws Exception {
    Path copy = folder.resolve("store.json");
    Outcome generated = run("keys", "generate", "--out", copy.toString());
    assertThat(generated.exitCode()).as(generated.err()).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
        .isEqualTo("rw-------");
    assertThat(run("keys", "generate", "--out", copy.toString()).err()).contains("there already");
    long added =
        new ObjectMapper()
            .readTree(run("keys", "add", "--ring", copy.toString(), "--json").out())
            .path("id")
            .asLong();

    Outcome unknown = onServer("keys", "use", "" + added, "--ring", copy.toString());
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(unknown.err()).contains("has not been read by");
    assertThat(run("keys", "generate").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void a_backup_made_under_load_becomes_a_server_that_has_everything_and_doubles_nothing()
      throws Exception {
    RECEIVER.answer(Answer.status(503));
    Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    AtomicBoolean enough = new AtomicBoolean();
    Semaphore calls = new Semaphore(0);
    List<CompletableFuture<Void>> callers =
        IntStream.range(0, CALLERS)
            .mapToObj(i -> CompletableFuture.runAsync(() -> call(acknowledged, calls, enough)))
            .toList();
    List<Acknowledged> before = List.of();
    Path backup = null;
    try {
      for (int round = 1; round <= 3; round++) {
        int least = acknowledged.size() + 20;
        // The rest of them goes on while the copy is made, however long that takes.
        calls.release(60);
        await().atMost(PATIENCE).until(() -> acknowledged.size() >= least);
        if (round == 3) {
          // So slow that its rows wait or run while the copy is made.
          application.simulator().set("latencyMillis", 400);
          application.drop("slow.csv", customers(IntStream.range(2000, 2100).toArray()));
          await()
              .atMost(PATIENCE)
              .until(
                  () ->
                      json(application.get("/batches"))
                          .findValuesAsText("name")
                          .contains("slow.csv"));
        }
        before = List.copyOf(acknowledged);
        Outcome made = onServer("backup", "--json");
        assertThat(made.exitCode()).as(made.err()).isZero();
        backup = Path.of(new ObjectMapper().readTree(made.out()).path("file").asText());
        if (round < 3) {
          assertHolds(unpacked(backup, "round" + round), before);
        }
      }
    } finally {
      enough.set(true);
      calls.release(CALLERS);
      application.simulator().set("latencyMillis", 0);
      callers.forEach(CompletableFuture::join);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
        .isEqualTo("rw-------");
    JsonNode listed = json(application.get("/backups"));
    assertThat(listed.findValuesAsText("name")).contains(backup.getFileName().toString());
    assertThat(application.get("/backups/" + backup.getFileName()).statusCode()).isEqualTo(200);
    assertThat(application.get("/backups/none").statusCode()).isEqualTo(404);
    HttpResponse<String> begun = application.post("/backups", null);
    assertThat(begun.statusCode()).isEqualTo(202);
    String place = begun.headers().firstValue("Location").orElseThrow();
    await()
        .atMost(PATIENCE)
        .until(() -> json(application.get(place)).path("state").asText().equals("DONE"));

    requireTheRightRing(unpacked(backup, "unpacked"));
    Path restored = Files.createDirectories(folder.resolve("restored"));
    Files.createDirectories(restored.resolve("data"));
    Files.copy(folder.resolve("data/keyring.json"), restored.resolve("data/keyring.json"));
    restore(backup, restored);
    try (WebhookReceiver receiver = new WebhookReceiver();
        RunningApplication server = RunningApplication.start(restored, settingsOf(receiver))) {
      assertEverythingIsThere(server, before);
      JsonNode acts = json(server.get("/audit?targetKind=backup"));
      assertThat(acts.findValuesAsText("act")).first().isEqualTo("BACKUP_RESTORE");
      assertThat(acts.get(0).path("by").asText()).isEqualTo("command line");
      assertPendingWorkGoesOnOnce(server, receiver);
      long newest = acknowledged.stream().mapToLong(Acknowledged::id).max().orElseThrow();
      assertThat(provision(server, "after").id())
          .as("an id that nobody was told between backup and loss")
          .isGreaterThan(newest + 1_000_000);
    }
  }

  private static void assertEverythingIsThere(
      RunningApplication server, List<Acknowledged> acknowledged) throws Exception {
    assertThat(acknowledged).hasSizeGreaterThan(50);
    for (Acknowledged one : acknowledged) {
      JsonNode instance = json(server.get(BASE + "/instances/" + one.id()));
      assertThat(instance.path("token").asText()).isEqualTo(one.token());
    }
    for (Acknowledged one : acknowledged.subList(0, 5)) {
      HttpResponse<String> pong = ping(server, one);
      assertThat(pong.statusCode()).as(pong.body()).isEqualTo(200);
    }
  }

  private static void assertPendingWorkGoesOnOnce(
      RunningApplication server, WebhookReceiver receiver) throws Exception {
    JsonNode slow =
        stream(json(server.get("/batches")))
            .filter(batch -> batch.path("name").asText().equals("slow.csv"))
            .findFirst()
            .orElseThrow();
    long batch = slow.path("id").asLong();
    // What the copy caught being worked on has a lease of the old process: it ends by itself.
    Database database = server.context().getRegistry().findSingleByType(Database.class);
    execute(
        database,
        "update provisioning_request set lease_until = current_timestamp where status = 'RUNNING'");
    execute(
        database, "update delivery set lease_until = current_timestamp where status = 'SENDING'");
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              JsonNode now = json(server.get("/batches/" + batch));
              return now.path("waiting").asInt() == 0;
            });
    JsonNode done = json(server.get("/batches/" + batch));
    int records = done.path("records").asInt();
    assertThat(done.path("succeeded").asInt()).isEqualTo(records);
    assertThat(
            number(
                database,
                "select count(*) from instance where user_name like 'user-20__@customer-20%'"))
        .as("one instance for each of %d records", records)
        .isEqualTo(records);
    long events = number(database, "select count(*) from event");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                number(database, "select count(*) from delivery where status <> 'DELIVERED'") == 0);
    Map<String, Integer> received = new HashMap<>();
    receiver.received().forEach(post -> received.merge(post.id(), 1, Integer::sum));
    assertThat(received.values()).as("each event once").containsOnly(1);
    assertThat((long) received.size())
        .as("none was delivered before the copy was made, as its receiver was down")
        .isGreaterThan(50)
        .isLessThanOrEqualTo(events);
  }

  private static Map<String, String> settingsOf(WebhookReceiver receiver) {
    Map<String, String> settings = new HashMap<>();
    settings.put("delivery.crm.webhook", receiver.url("/crm"));
    settings.put("autotask.discovery-url", application.simulator().discoveryUri().toString());
    settings.put("autotask.allowed-origins", application.simulator().baseUri().toString());
    return settings;
  }

  /** The command's work, with settings of another folder than that of this process. */
  private static void restore(Path backup, Path restored) {
    Restoring restoring = new Restoring(StorageSettings.h2(restored.resolve("data"), "sa", "", 4));
    assertThatThrownBy(
            () ->
                restoring.restore(
                    backup,
                    connection -> {
                      throw new IllegalStateException("does not fit");
                    }))
        .hasMessage("does not fit");
    assertThat(restored.resolve("data")).isDirectoryNotContaining("glob:**.mv.db");
    assertThatThrownBy(() -> restoring.restore(secrets, connection -> {}))
        .isInstanceOf(Restoring.RefusedException.class)
        .hasMessageContaining("is no backup of this program");
    Path file = restoring.restore(backup, RestoreCommand::writeDown);
    assertThat(file).hasFileName("autotask-provisioner.mv.db");
    assertThatThrownBy(() -> restoring.restore(backup, connection -> {}))
        .isInstanceOf(Restoring.RefusedException.class)
        .hasMessageContaining("is there already");
  }

  private static void requireTheRightRing(Path restored) {
    Path foreign = restored.resolve("foreign.json");
    KeyRingCopy.generate(foreign);
    JdbcDatabase database = opened(restored);
    try {
      assertThatThrownBy(() -> KeyRings.open(database.dataSource(), foreign))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining(
              "is not the key ring that the data in the database was sealed with");
      assertThatThrownBy(
              () -> KeyRings.open(database.dataSource(), restored.resolve("data/keyring.json")))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("is missing");
    } finally {
      database.stop();
    }
  }

  private static void assertHolds(Path restored, List<Acknowledged> acknowledged) {
    JdbcDatabase database = opened(restored);
    try {
      for (Acknowledged one : acknowledged) {
        assertThat(number(database, "select count(*) from instance where id = " + one.id()))
            .as("instance %d of %s", one.id(), restored)
            .isEqualTo(1);
      }
    } finally {
      database.stop();
    }
  }

  private static JdbcDatabase opened(Path restored) {
    return JdbcDatabase.open(
        StorageSettings.h2(restored.resolve("data"), "sa", "", 4),
        new SimpleMeterRegistry(),
        why -> {
          throw new IllegalStateException(why);
        });
  }

  /** What the README says: unzip it into the data directory of an empty folder. */
  private static Path unpacked(Path backup, String name) throws Exception {
    Path restored = folder.resolve(name);
    Path data = Files.createDirectories(restored.resolve("data"));
    List<String> entries = new ArrayList<>();
    try (InputStream in = Files.newInputStream(backup);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.add(entry.getName());
        Files.copy(zip, data.resolve(entry.getName()));
      }
    }
    assertThat(entries).containsExactly("autotask-provisioner.mv.db");
    try (Stream<Path> left = Files.list(backup.getParent())) {
      assertThat(left).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
    return restored;
  }

  private static void call(
      Queue<Acknowledged> acknowledged, Semaphore calls, AtomicBoolean enough) {
    while (true) {
      calls.acquireUninterruptibly();
      if (enough.get()) {
        return;
      }
      try {
        acknowledged.add(provision("load-" + CUSTOMER.incrementAndGet()));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static Acknowledged provision(String key) throws Exception {
    return provision(application, key);
  }

  private static Acknowledged provision(RunningApplication server, String key) throws Exception {
    int number = 9000 + Math.abs(key.hashCode() % 500);
    HttpResponse<String> response =
        server.send(
            server
                .request(
                    "POST",
                    BASE + "/instances",
                    """
                    {"name":"%1$s","element":{"key":"autotaskfinance"},"configuration":{
                      "finance.autotask.username":"user-%2$d@customer-%2$d.example",
                      "finance.autotask.password":"secret-%2$d",
                      "finance.autotask.server.url":"https://ww3.autotask.net"}}
                    """
                        .formatted(key, number))
                .header("Idempotency-Key", key));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonNode instance = json(response);
    return new Acknowledged(instance.path("id").asLong(), instance.path("token").asText());
  }

  private static HttpResponse<String> ping(RunningApplication server, Acknowledged instance)
      throws Exception {
    return server.send(
        server
            .request("GET", BASE + "/ping", null)
            .setHeader(
                "Authorization",
                RunningApplication.AUTHORIZATION + ", Element " + instance.token()));
  }

  private static JsonNode keys() throws Exception {
    return json(application.get("/keys"));
  }

  private static void settle() {
    execute(
        application.context().getRegistry().findSingleByType(Database.class),
        "update key_ring_node set primary_since = current_timestamp - interval '61' second");
  }

  private static void execute(Database database, String sql) {
    database.transaction(
        connection -> {
          try (var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
          }
        });
  }

  private static long number(Database database, String sql) {
    return database.transaction(
        connection -> {
          try (var statement = connection.createStatement();
              var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    List<JsonNode> nodes = new ArrayList<>();
    array.forEach(nodes::add);
    return nodes.stream();
  }

  private static Outcome onServer(String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--url", application.uri("").toString(), "--secret-file", "" + secrets));
    return run(all.toArray(String[]::new));
  }

  private static Outcome run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Commands.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Outcome(exitCode, out.toString(), err.toString());
  }
}
