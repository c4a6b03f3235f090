package io.autotaskprovisioner.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.LaunchedApplication;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.simulator.Simulator;
import io.autotaskprovisioner.simulator.SimulatorSettings;
import io.autotaskprovisioner.simulator.Switches;
import io.autotaskprovisioner.storage.StorageSettings;
import io.autotaskprovisioner.support.H2Indexes;
import io.vertx.core.Vertx;
import jakarta.jms.JMSContext;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;

/**
 * The packaged program with everything it talks to: an Autotask, a webhook's receiver, two more
 * destinations, and either H2 with the embedded broker or a PostgreSQL and an Artemis of their own
 * behind ways that can be cut. Its leases are short, so that a fault can be seen to heal.
 */
final class Installation implements AutoCloseable {

  private static final String LEDGER =
      """
      create table autotask_events (
        event_id varchar(64) primary key,
        event_type varchar(100) not null,
        instance_id bigint not null,
        occurred_at timestamp with time zone not null,
        envelope text not null
      )
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final Simulator simulator;
  private final TcpProxy wayToAutotask;
  private final AutotaskView autotask;
  private final EventReceiver receiver = new EventReceiver();
  private final @Nullable PostgresMachine postgres;
  private final @Nullable CommitCutter wayToDatabase;
  private final @Nullable BrokerMachine broker;
  private final @Nullable TcpProxy wayToBroker;
  private final @Nullable Server h2;
  private final String ledgerUrl;
  private final String ledgerUser;
  private final List<LaunchedApplication> nodes = new ArrayList<>();
  private final AtomicInteger customers = new AtomicInteger();
  private int launchable;
  private final AtomicInteger turn = new AtomicInteger();
  private final Map<String, Integer> replies = new ConcurrentHashMap<>();
  private final SeenEvents onTheBus = new SeenEvents();
  private final Map<Path, Long> eventFiles = new HashMap<>();
  private final List<QueueReader> readers = new ArrayList<>();
  private final OperatorView operator =
      new OperatorView(this::uri, RunningApplication.AUTHORIZATION);

  private Installation(Path folder, boolean onPostgres) throws Exception {
    this.folder = folder;
    simulator = Simulator.start(vertx, SimulatorSettings.onFreePort());
    wayToAutotask = new TcpProxy(simulator.port());
    autotask = new AutotaskView(simulator);
    if (onPostgres) {
      postgres = new PostgresMachine(folder.resolve("postgres"));
      postgres.create("provisioner");
      ledgerUrl = postgres.create("ledger");
      ledgerUser = PostgresMachine.USER;
      wayToDatabase = new CommitCutter(postgres.port());
      broker = new BrokerMachine(folder.resolve("broker"));
      wayToBroker = new TcpProxy(broker.port());
      h2 = null;
    } else {
      postgres = null;
      wayToDatabase = null;
      broker = null;
      wayToBroker = null;
      h2 = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
      ledgerUrl =
          "jdbc:h2:tcp://127.0.0.1:%d/%s;MODE=PostgreSQL;DB_CLOSE_DELAY=-1"
              .formatted(h2.getPort(), folder.resolve("ledger"));
      ledgerUser = "sa";
    }
    try (Connection ledger = ledger();
        Statement create = ledger.createStatement()) {
      create.execute(LEDGER);
    }
    nodes.add(node());
    readers.add(
        new QueueReader(
            this::connect,
            "provisioning.results",
            reply -> replies.merge(reply.getJMSCorrelationID(), 1, Integer::sum)));
    if (onPostgres) {
      readers.add(
          new QueueReader(
              this::connect,
              "provisioning.events",
              event ->
                  onTheBus.add(
                      event.getLongProperty("instanceId"), event.getStringProperty("eventId"))));
    }
  }

  static Installation onH2(Path folder) throws Exception {
    return new Installation(folder, false);
  }

  static Installation onPostgres(Path folder) throws Exception {
    return new Installation(folder, true);
  }

  /** One more node, not yet launched, in the same folder as the others. */
  LaunchedApplication node() {
    launchable++;
    LaunchedApplication node =
        new LaunchedApplication(folder)
            // What several nodes never share.
            .with("data.directory", launchable == 1 ? "data" : "data-" + launchable)
            .with("secret.key-file", folder.resolve("keyring.json").toString())
            .with("delivery.receiver.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
            .with(
                "autotask.discovery-url",
                "http://127.0.0.1:" + wayToAutotask.port() + "/ATServicesRest/")
            .with("autotask.allowed-origins", "http://127.0.0.1:" + wayToAutotask.port())
            .with("autotask.integration-code", Switches.DEMO_INTEGRATION_CODE)
            .with("autotask.connect-timeout", "2s")
            .with("autotask.call-timeout", "2s")
            .with("account.initial.user-secret", RunningApplication.USER_SECRET)
            .with("account.initial.organization-secret", RunningApplication.ORGANIZATION_SECRET)
            .with("http.deadline", "5s")
            .with("intake.file.minimum-age", "300ms")
            .with("intake.file.poll-interval", "300ms")
            .with("intake.results.refresh-interval", "1s")
            .with("provisioning.worker.lease", "5s")
            .with("provisioning.retry.first-delay", "300ms")
            .with("provisioning.retry.max-delay", "2s")
            .with("enrichment.enabled", "false")
            .with("schedule.batch.cron", "0/2 * * * * ?")
            .with("queue.user", BrokerMachine.USER)
            .with("queue.password", BrokerMachine.PASSWORD)
            .with("queue.reply-lease", "5s")
            .with("delivery.lease", "5s")
            .with("delivery.retry.schedule", "1s" + ",1s".repeat(89))
            .with("delivery.receiver.webhook", receiver.url())
            .with("delivery.receiver.timeout", "2s")
            .with("delivery.ledger.table", "autotask_events")
            .with("delivery.ledger.url", ledgerUrl)
            .with("delivery.ledger.user", ledgerUser);
    if (postgres == null) {
      return node.with("delivery.files.uri", "file:" + folder.resolve("events"));
    }
    return node.with(
            "storage.url",
            "jdbc:postgresql://127.0.0.1:%d/provisioner"
                .formatted(Objects.requireNonNull(wayToDatabase).port()))
        .with("storage.user", PostgresMachine.USER)
        .with("storage.password", PostgresMachine.USER)
        .with("delivery.ledger.password", PostgresMachine.USER)
        .with("delivery.bus.uri", "jms:queue:provisioning.events")
        .with("queue.broker-url", "tcp://127.0.0.1:" + Objects.requireNonNull(wayToBroker).port());
  }

  /** The one node that most faults are about. */
  LaunchedApplication application() {
    return nodes.get(0);
  }

  /** Lets callers come to this node, too. */
  void add(LaunchedApplication node) {
    nodes.add(node);
  }

  /** Sends callers to the first node alone again. */
  void keepFirstNode() throws InterruptedException {
    while (nodes.size() > 1) {
      nodes.remove(nodes.size() - 1).close();
    }
  }

  /** The path at the nodes in turn. */
  URI uri(String path) {
    return nodes.get(Math.floorMod(turn.getAndIncrement(), nodes.size())).uri(path);
  }

  Path folder() {
    return folder;
  }

  Simulator simulator() {
    return simulator;
  }

  TcpProxy wayToAutotask() {
    return wayToAutotask;
  }

  AutotaskView autotask() {
    return autotask;
  }

  EventReceiver receiver() {
    return receiver;
  }

  PostgresMachine postgres() {
    return Objects.requireNonNull(postgres);
  }

  CommitCutter wayToDatabase() {
    return Objects.requireNonNull(wayToDatabase);
  }

  BrokerMachine broker() {
    return Objects.requireNonNull(broker);
  }

  TcpProxy wayToBroker() {
    return Objects.requireNonNull(wayToBroker);
  }

  OperatorView operator() {
    return operator;
  }

  /** Callers at all doors. */
  Doors doors(int rowsOfAFile, History history) {
    return new Doors(
        folder,
        this::uri,
        this::connect,
        RunningApplication.AUTHORIZATION,
        customers::incrementAndGet,
        rowsOfAFile,
        history);
  }

  /** A program's connection to the broker, whichever it is; throws where it is away. */
  JMSContext connect() {
    return new ActiveMQConnectionFactory(
            "tcp://127.0.0.1:%d?reconnectAttempts=0&callTimeout=5000&connectionTTL=10000"
                .formatted(broker == null ? application().queuePort() : broker.port()))
        .createContext(BrokerMachine.USER, BrokerMachine.PASSWORD);
  }

  /** Replies so far by correlation id. */
  Map<String, Integer> replies() {
    return replies;
  }

  /** What reached each destination, by its name. */
  Map<String, SeenEvents> arrived() throws IOException, SQLException {
    Map<String, SeenEvents> arrived = new LinkedHashMap<>();
    arrived.put("receiver", receiver.accepted());
    arrived.put("ledger", ledgerRows());
    if (postgres == null) {
      arrived.put("files", files());
    } else {
      arrived.put("bus", onTheBus);
    }
    return arrived;
  }

  private SeenEvents ledgerRows() throws SQLException {
    SeenEvents events = new SeenEvents();
    try (Connection ledger = ledger();
        Statement select = ledger.createStatement();
        ResultSet row = select.executeQuery("select instance_id, event_id from autotask_events")) {
      while (row.next()) {
        events.add(row.getLong(1), row.getString(2));
      }
    }
    return events;
  }

  private Connection ledger() throws SQLException {
    return DriverManager.getConnection(
        ledgerUrl, ledgerUser, ledgerUser.equals("sa") ? "" : ledgerUser);
  }

  private SeenEvents files() throws IOException {
    Path events = folder.resolve("events");
    if (Files.isDirectory(events)) {
      try (Stream<Path> files = Files.list(events)) {
        // What a killed process was writing lies beside, under a hidden name.
        for (Path file : files.filter(name -> !isHidden(name)).toList()) {
          if (!eventFiles.containsKey(file)) {
            eventFiles.put(file, JSON.readTree(file.toFile()).at("/data/instance/id").asLong());
          }
        }
      }
    }
    SeenEvents seen = new SeenEvents();
    eventFiles.forEach(
        (file, instance) -> seen.add(instance, file.getFileName().toString().replace(".json", "")));
    return seen;
  }

  private static boolean isHidden(Path file) {
    return file.getFileName().toString().startsWith(".");
  }

  /** Files that nobody has taken yet. */
  Set<String> untaken() throws IOException {
    Set<String> names = ConcurrentHashMap.newKeySet();
    for (String directory : List.of("inbox", "scheduled")) {
      try (Stream<Path> files = Files.list(folder.resolve(directory))) {
        files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".csv"))
            .forEach(names::add);
      }
    }
    return names;
  }

  @Override
  public void close() throws Exception {
    for (LaunchedApplication node : nodes) {
      node.close();
    }
    readers.forEach(QueueReader::close);
    autotask.close();
    receiver.close();
    wayToAutotask.close();
    simulator.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
    if (h2 != null) {
      h2.stop();
    }
    if (wayToDatabase != null) {
      wayToDatabase.close();
    }
    if (wayToBroker != null) {
      wayToBroker.close();
    }
    if (broker != null) {
      broker.close();
    }
    if (postgres != null) {
      postgres.close();
    }
  }

  /** Indexes that differ from their tables, once it is closed; PostgreSQL is trusted. */
  List<String> damage() throws SQLException {
    if (postgres != null) {
      return List.of();
    }
    StorageSettings settings = StorageSettings.h2(folder.resolve("data"), "sa", "", 1);
    try (Connection connection = DriverManager.getConnection(settings.url(), "sa", "")) {
      return H2Indexes.differences(connection);
    }
  }
}
