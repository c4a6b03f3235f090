package io.autotaskprovisioner.faults;

import io.autotaskprovisioner.LaunchedApplication;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.simulator.Simulator;
import io.autotaskprovisioner.simulator.SimulatorSettings;
import io.autotaskprovisioner.simulator.Switches;
import io.autotaskprovisioner.support.TestDatabase;
import io.autotaskprovisioner.support.WebhookReceiver;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The packaged program twice, on one PostgreSQL and one Artemis that belong to the test, with a key
 * ring and folders that both share, against one simulator and one receiver. What is not shared lies
 * in {@code one} and {@code other} below the folder.
 */
public final class TwoNodes implements AutoCloseable {

  /** Short, so that what a dead or stalled node had in hand changes hands within a test. */
  public static final Duration LEASE = Duration.ofSeconds(3);

  private final Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final Simulator simulator = Simulator.start(vertx, SimulatorSettings.onFreePort());
  private final WebhookReceiver receiver = new WebhookReceiver();
  private final BrokerMachine broker;
  private final String storageUrl = TestDatabase.emptyPostgresUrl();
  private final LaunchedApplication one;
  private final LaunchedApplication other;
  private final AtomicInteger turn = new AtomicInteger();

  /** Starts everything but the two nodes. */
  public TwoNodes(Path folder) throws Exception {
    this.folder = folder;
    this.broker = new BrokerMachine(folder.resolve("broker"));
    this.one = node("one");
    this.other = node("other");
    for (Path shared : List.of(inbox(), scheduled())) {
      Files.createDirectory(shared);
    }
  }

  private LaunchedApplication node(String name) throws IOException {
    return new LaunchedApplication(Files.createDirectory(folder.resolve(name)))
        .with("storage.url", storageUrl)
        .with("storage.user", "postgres")
        .with("storage.password", "postgres")
        .with("storage.pool-size", "6")
        .with("queue.broker-url", broker.url())
        .with("queue.user", BrokerMachine.USER)
        .with("queue.password", BrokerMachine.PASSWORD)
        .with("secret.key-file", folder.resolve("keyring.json").toString())
        .with("intake.file.directory", inbox().toString())
        .with("intake.file.scheduled-directory", scheduled().toString())
        .with("intake.file.archive-directory", folder.resolve("archive").toString())
        .with("intake.file.results-directory", results().toString())
        .with("intake.file.poll-interval", "200ms")
        .with("intake.file.minimum-age", "200ms")
        .with("intake.results.refresh-interval", "500ms")
        .with("autotask.discovery-url", simulator.discoveryUri().toString())
        .with("autotask.allowed-origins", simulator.baseUri().toString())
        .with("autotask.integration-code", Switches.DEMO_INTEGRATION_CODE)
        .with("account.initial.user-secret", RunningApplication.USER_SECRET)
        .with("account.initial.organization-secret", RunningApplication.ORGANIZATION_SECRET)
        .with("provisioning.worker.lease", LEASE.toSeconds() + "s")
        .with("delivery.lease", LEASE.toSeconds() + "s")
        .with("schedule.batch.cron", "0/2 * * * * ?")
        .with("delivery.retry.schedule", "1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s")
        .with("delivery.receiver.webhook", receiver.url("/hook"))
        .with("delivery.receiver.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  }

  /** Starts both at once, on the empty database, and waits until both are ready. */
  public TwoNodes launch() throws IOException {
    one.launch();
    other.launch();
    one.awaitReady();
    other.awaitReady();
    return this;
  }

  public LaunchedApplication one() {
    return one;
  }

  public LaunchedApplication other() {
    return other;
  }

  /** The two in turn, whether they live or not, as a proxy without a health check has it. */
  public LaunchedApplication next() {
    return turn.getAndIncrement() % 2 == 0 ? one : other;
  }

  public BusyDoors doors() {
    return new BusyDoors(this::next, broker::connect, inbox(), scheduled());
  }

  public BrokerMachine broker() {
    return broker;
  }

  public Simulator simulator() {
    return simulator;
  }

  public WebhookReceiver receiver() {
    return receiver;
  }

  /** JDBC URL of the database; user and password are {@code postgres}. */
  public String storageUrl() {
    return storageUrl;
  }

  public Path inbox() {
    return folder.resolve("inbox");
  }

  public Path scheduled() {
    return folder.resolve("scheduled");
  }

  public Path archive() {
    return folder.resolve("archive");
  }

  public Path results() {
    return folder.resolve("results");
  }

  @Override
  public void close() throws Exception {
    one.close();
    other.close();
    broker.close();
    receiver.close();
    simulator.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
