package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.faults.BusyCallers;
import io.autotaskprovisioner.faults.BusyDoors;
import io.autotaskprovisioner.faults.Reckoning;
import io.autotaskprovisioner.simulator.Simulator;
import io.autotaskprovisioner.simulator.SimulatorSettings;
import io.autotaskprovisioner.simulator.Switches;
import io.autotaskprovisioner.support.WebhookReceiver;
import io.vertx.core.Vertx;
import jakarta.jms.JMSContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of the packaged program, again and again, while all its doors are busy. More
 * kills than usual: {@code mvn verify -Dit.test=KillIT -Dkills=100}.
 */
class KillIT {

  private static final int DROPPED_ROWS = 1_000;
  private static final int KILLS = Integer.getInteger("kills", 6);

  /** What a failure leaves behind can be looked at. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final BusyCallers callers = new BusyCallers();

  private Simulator simulator;
  private WebhookReceiver receiver;
  private LaunchedApplication application;
  private BusyDoors doors;

  @BeforeEach
  void start() throws Exception {
    simulator = Simulator.start(vertx, SimulatorSettings.onFreePort());
    receiver = new WebhookReceiver();
    application =
        new LaunchedApplication(folder)
            .with("autotask.discovery-url", simulator.discoveryUri().toString())
            .with("autotask.allowed-origins", simulator.baseUri().toString())
            .with("autotask.integration-code", Switches.DEMO_INTEGRATION_CODE)
            .with("account.initial.user-secret", RunningApplication.USER_SECRET)
            .with("account.initial.organization-secret", RunningApplication.ORGANIZATION_SECRET)
            // What a killed process had in hand is taken over after its lease.
            .with("provisioning.worker.lease", "5s")
            .with("delivery.lease", "5s")
            .with("queue.reply-lease", "5s")
            .with("schedule.batch.cron", "0/2 * * * * ?")
            .with("delivery.retry.schedule", "1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s")
            .with("delivery.receiver.webhook", receiver.url("/hook"))
            .with("delivery.files.uri", "file:" + folder.resolve("events"))
            .with("delivery.ledger.table", "autotask_events")
            .with("delivery.ledger.url", ledgerUrl())
            .with("delivery.ledger.user", "sa");
    doors =
        new BusyDoors(
            () -> application, this::broker, folder.resolve("inbox"), folder.resolve("scheduled"));
    try (Connection ledger = DriverManager.getConnection(ledgerUrl(), "sa", "");
        Statement create = ledger.createStatement()) {
      create.execute(
          """
          create table autotask_events (
            event_id varchar(64) primary key,
            event_type varchar(100) not null,
            instance_id bigint not null,
            occurred_at timestamp with time zone not null,
            envelope text not null
          )
          """);
    }
  }

  @AfterEach
  void end() throws Exception {
    application.close();
    receiver.close();
    simulator.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void what_a_door_acknowledged_is_provisioned_once_and_delivered() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    application.launch().awaitReady();
    doors.drop(1, DROPPED_ROWS);
    callers.start(100_000, Duration.ZERO, doors::provision);
    callers.start(200_000, Duration.ZERO, doors::provision);
    callers.start(300_000, Duration.ZERO, doors::send);
    callers.start(400_000, Duration.ZERO, doors::send);
    callers.start(500_000, Duration.ofMillis(500), doors::upload);
    callers.start(600_000, Duration.ofSeconds(1), doors::leaveForTheSchedule);
    for (int kill = 0; kill < KILLS; kill++) {
      // Not a wait for anything: the moment of the kill is what is random.
      TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(2_500));
      application.kill();
      application.launch().awaitReady();
    }
    callers.stop();

    Reckoning reckoning =
        new Reckoning(
            doors,
            application,
            List.of(folder.resolve("inbox"), folder.resolve("scheduled")),
            "seed " + seed);
    reckoning.awaitTheEndOfEverything();
    Set<Long> all = reckoning.requireEachOnce();
    assertThat(doors.acknowledgedByDoor().keySet())
        .containsExactlyInAnyOrder("Row", "Call", "Message", "Upload", "Night");
    reckoning.requireEachPosted(receiver, all);
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() -> assertThat(written()).as("written, seed %d", seed).isEqualTo(all));
    reckoning.requireEachReplied(this::broker);
    reckoning.requireResultFiles(folder.resolve("results"));
    assertThat(application.terminate()).isEqualTo(143);
    assertThat(ledger()).as("ledger, seed %d", seed).containsExactlyInAnyOrderElementsOf(all);
    System.out.printf(
        "%d kills: %s acknowledged, %d instances, 0 lost, 0 double, all delivered%n",
        KILLS, doors.acknowledgedByDoor(), all.size());
  }

  private Set<Long> written() throws IOException {
    Set<Long> ids = new HashSet<>();
    try (Stream<Path> files = Files.list(folder.resolve("events"))) {
      for (Path file : files.filter(name -> name.toString().endsWith(".json")).toList()) {
        ids.add(Reckoning.instanceOf(Files.readString(file)));
      }
    }
    return ids;
  }

  /** The rows of the user's own table: a list, since here even a repeat would be wrong. */
  private List<Long> ledger() throws Exception {
    List<Long> ids = new ArrayList<>();
    try (Connection ledger = DriverManager.getConnection(ledgerUrl(), "sa", "");
        Statement select = ledger.createStatement();
        ResultSet row = select.executeQuery("select instance_id from autotask_events")) {
      while (row.next()) {
        ids.add(row.getLong(1));
      }
    }
    return ids;
  }

  private String ledgerUrl() {
    return "jdbc:h2:" + folder.resolve("ledger") + ";WRITE_DELAY=0;MODE=PostgreSQL";
  }

  private JMSContext broker() throws IOException {
    Properties login = new Properties();
    try (var reader = Files.newBufferedReader(folder.resolve("data/queue-user.properties"))) {
      login.load(reader);
    }
    return new ActiveMQConnectionFactory(
            "tcp://127.0.0.1:%d?reconnectAttempts=0&callTimeout=5000"
                .formatted(application.queuePort()))
        .createContext(login.getProperty("user"), login.getProperty("password"));
  }
}
