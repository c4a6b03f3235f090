package io.autotaskprovisioner.queue;

import static io.autotaskprovisioner.queue.ProgramOnQueue.INVALID;
import static io.autotaskprovisioner.queue.ProgramOnQueue.REQUESTS;
import static io.autotaskprovisioner.queue.ProgramOnQueue.RESULTS;
import static io.autotaskprovisioner.queue.ProgramOnQueue.body;
import static io.autotaskprovisioner.queue.ProgramOnQueue.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.journal.Replies;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.support.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Broker or database are away: at the start, in the middle, and back again. */
class QueueOutageTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "amqp"})
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void a_broker_that_comes_goes_and_comes_back_costs_nothing(String protocol) throws Exception {
    QueueSettings settings =
        new QueueSettings(
            true, null, null, null, freePort(), REQUESTS, RESULTS, INVALID, true, 1_000_000);
    BrokerLogin login = BrokerLogin.of(settings, folder);
    EmbeddedBroker broker = new EmbeddedBroker(settings, login, folder.resolve("broker"));
    try (RunningApplication application =
        RunningApplication.start(
            folder,
            Map.of(
                "queue.enabled",
                "true",
                "queue.broker-url",
                protocol + "://127.0.0.1:" + settings.port(),
                "queue.user",
                login.user(),
                "queue.password",
                login.password()))) {
      // not there at the start
      assertThat(application.get("/batches").statusCode()).isEqualTo(200);
      assertThat(readiness(application, "queue")).isEqualTo(HealthCheck.State.DOWN);

      broker.start();
      try (ProgramOnQueue program = new ProgramOnQueue("tcp", settings.port(), login)) {
        program.send(request("first", 1));
        assertThat(body(program.next(RESULTS, PATIENCE)).path("requestId").asText())
            .isEqualTo("first");
        await()
            .atMost(PATIENCE)
            .until(() -> readiness(application, "queue") == HealthCheck.State.UP);
        program.send(later("second", 2));
        awaitAccepted(application, 2);
      }

      // away while a request comes to its end
      broker.stop();
      come(application, "second");
      Replies replies = application.context().getRegistry().findSingleByType(Replies.class);
      await().atMost(PATIENCE).until(() -> replies.waiting() == 1);
      assertThat(readiness(application, "queue")).isEqualTo(HealthCheck.State.DOWN);

      broker.start();
      try (ProgramOnQueue program = new ProgramOnQueue("tcp", settings.port(), login)) {
        program.send(request("third", 3));
        assertThat(
                Set.of(
                    body(program.next(RESULTS, PATIENCE)).path("requestId").asText(),
                    body(program.next(RESULTS, PATIENCE)).path("requestId").asText()))
            .containsExactlyInAnyOrder("second", "third");
        assertThat(program.rest(RESULTS)).isEmpty();
      }
    } finally {
      broker.stop();
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void while_the_database_is_away_messages_wait_and_none_is_lost_or_given_up() throws Exception {
    String url = TestDatabase.emptyPostgresUrl();
    try (RunningApplication application =
        RunningApplication.start(
            folder,
            Map.of(
                "queue.enabled", "true",
                "queue.consumers", "2",
                "storage.url", url,
                "storage.user", "postgres",
                "storage.password", "postgres"))) {
      try (ProgramOnQueue program = onEmbeddedBroker(application)) {
        program.send(request("before", 1));
        assertThat(body(program.next(RESULTS, PATIENCE)).path("outcome").asText())
            .isEqualTo("SUCCEEDED");

        allowConnections(url, false);
        for (int i = 1; i <= 5; i++) {
          program.send(request("during-" + i, 10 + i));
        }
        await()
            .atMost(PATIENCE)
            .until(() -> readiness(application, "database") == HealthCheck.State.DOWN);
        assertThat(program.rest(RESULTS)).isEmpty();
        allowConnections(url, true);

        Set<String> replied = new TreeSet<>();
        for (int i = 1; i <= 5; i++) {
          replied.add(body(program.next(RESULTS, PATIENCE)).path("requestId").asText());
        }
        assertThat(replied)
            .containsExactly("during-1", "during-2", "during-3", "during-4", "during-5");
        for (String queue : List.of(RESULTS, INVALID, REQUESTS, EmbeddedBroker.DEAD)) {
          assertThat(program.rest(queue)).as(queue).isEmpty();
        }
      }
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void a_message_held_when_the_program_ends_is_taken_at_the_next_start() throws Exception {
    String url = TestDatabase.emptyPostgresUrl();
    Map<String, String> settings =
        Map.of(
            "queue.enabled", "true",
            "storage.url", url,
            "storage.user", "postgres",
            "storage.password", "postgres");
    Instant began;
    try (RunningApplication application = RunningApplication.start(folder, settings)) {
      try (ProgramOnQueue program = onEmbeddedBroker(application)) {
        allowConnections(url, false);
        program.send(request("held", 1));
        await()
            .atMost(PATIENCE)
            .until(() -> application.context().getInflightRepository().size("intake-queue") == 1);
      }
      began = Instant.now();
    }
    // It does not wait for the database to come back; several parts wait ten seconds each for it.
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofMinutes(2));

    allowConnections(url, true);
    try (RunningApplication application = RunningApplication.start(folder, settings);
        ProgramOnQueue program = onEmbeddedBroker(application)) {
      assertThat(body(program.next(RESULTS, PATIENCE)).path("requestId").asText())
          .isEqualTo("held");
    }
  }

  private ProgramOnQueue onEmbeddedBroker(RunningApplication application) {
    EmbeddedBroker broker =
        application.context().getRegistry().findSingleByType(EmbeddedBroker.class);
    await().ignoreExceptions().atMost(PATIENCE).until(() -> broker.port() > 0);
    BrokerLogin login =
        BrokerLogin.of(
            QueueSettings.of(new Settings(application.context())), folder.resolve("data"));
    return new ProgramOnQueue("tcp", broker.port(), login);
  }

  private static String later(String requestId, int customer) {
    return request(requestId, customer)
        .replaceFirst("\\{", "{\"notBefore\":\"%s\",".formatted(Instant.now().plusSeconds(3600)));
  }

  /** The time has come that the request asked to wait for. */
  private static void come(RunningApplication application, String requestId) {
    application
        .context()
        .getRegistry()
        .findSingleByType(Database.class)
        .transaction(
            connection -> {
              try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate(
                    "update provisioning_request set next_attempt_at = current_timestamp"
                        + " where request_id = '%s'".formatted(requestId));
              }
            });
  }

  private static void awaitAccepted(RunningApplication application, int requests) {
    await()
        .atMost(PATIENCE)
        .until(() -> RunningApplication.json(application.get("/requests")).size() == requests);
  }

  private static HealthCheck.State readiness(RunningApplication application, String id) {
    CamelContext context = application.context();
    return HealthCheckHelper.invokeReadiness(context).stream()
        .filter(result -> result.getCheck().getId().equals(id))
        .findFirst()
        .orElseThrow()
        .getState();
  }

  /** No new connection is let in and the old ones are cut: to a client the server is gone. */
  private static void allowConnections(String url, boolean allow) throws SQLException {
    int name = url.lastIndexOf('/') + 1;
    String database = url.substring(name).replaceAll("\\?.*", "");
    try (Connection connection =
            DriverManager.getConnection(
                url.substring(0, name) + "postgres", "postgres", "postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("alter database \"%s\" allow_connections %s".formatted(database, allow));
      statement.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'"
              .formatted(database));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
