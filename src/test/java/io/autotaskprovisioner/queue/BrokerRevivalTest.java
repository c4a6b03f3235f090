package io.autotaskprovisioner.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.support.SmallDisk;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/** Artemis ends itself when its disk is full; what is on it is none the worse for it. */
class BrokerRevivalTest {

  private static final QueueSettings SETTINGS =
      new QueueSettings(
          true, null, null, null, 0, "the.requests", "the.results", "the.invalid", true, 200_000);

  /** Below the size from which a message is a file of its own. */
  private static final String FILLING = "x".repeat(40_000);

  /** More than fits into the files of the journal that are there. */
  private static final int MESSAGES = 1_000;

  @TempDir(cleanup = CleanupMode.NEVER)
  Path folder;

  private final Queue<String> fatal = new ConcurrentLinkedQueue<>();
  private final List<String> acknowledged = new ArrayList<>();
  private SmallDisk disk;
  private BrokerLogin login;
  private EmbeddedBroker broker;
  private JmsPoolConnectionFactory pool;
  private QueueHealthCheck readiness;
  private QueueStart start;

  @BeforeEach
  void startOnSmallDisk() throws Exception {
    // The broker holds senders back below 512 MB.
    disk = SmallDisk.mount(folder.resolve("data"), 600);
    login = BrokerLogin.of(SETTINGS, folder);
    broker = new EmbeddedBroker(SETTINGS, login, folder.resolve("data/queue"));
    pool = BrokerConnections.toEmbedded(broker, login);
    readiness = new QueueHealthCheck(pool, broker);
    start = new QueueStart(broker, "", fatal::add, Duration.ofSeconds(45));
    start.start();
    start.onCamelContextFullyStarted(new DefaultCamelContext(), false);
    await().atMost(Duration.ofMinutes(1)).until(() -> state() == HealthCheck.State.UP);
  }

  @AfterEach
  void end() throws Exception {
    if (disk != null) {
      disk.free();
    }
    if (start != null) {
      pool.stop();
      start.stop();
    }
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  void a_broker_that_ended_itself_runs_again_with_all_it_had_acknowledged() throws Exception {
    assertThat(state()).isEqualTo(HealthCheck.State.UP);
    sendUntilItEnds();

    await().atMost(Duration.ofMinutes(1)).until(() -> state() == HealthCheck.State.UP);

    List<String> received = new ArrayList<>();
    try (JMSContext context = connect();
        var consumer = context.createConsumer(context.createQueue("the.requests"))) {
      context.createProducer().send(context.createQueue("the.requests"), "after");
      while (!received.contains("after")) {
        String body = consumer.receiveBody(String.class, 10_000);
        assertThat(body).as("after %d messages", received.size()).isNotNull();
        received.add(body.replace(FILLING, ""));
      }
    }
    assertThat(received).containsAll(acknowledged).doesNotHaveDuplicates();
    assertThat(fatal).isEmpty();
  }

  @Test
  void one_that_does_not_last_ends_the_process() throws Exception {
    for (int end = 1; end <= 3; end++) {
      sendUntilItEnds();
      if (end < 3) {
        await().atMost(Duration.ofMinutes(1)).until(() -> state() == HealthCheck.State.UP);
      }
    }

    await().atMost(Duration.ofMinutes(1)).until(() -> !fatal.isEmpty());
    assertThat(fatal)
        .containsExactly("The embedded broker has ended itself 3 times within 10 minutes");
    assertThat(state()).isEqualTo(HealthCheck.State.DOWN);
  }

  /** Leaves the disk with room again. */
  private void sendUntilItEnds() throws Exception {
    disk.fill();
    try (JMSContext context = connect()) {
      for (int message = 0; message < MESSAGES && broker.isRunning(); message++) {
        String name = "message " + acknowledged.size() + " ";
        context.createProducer().send(context.createQueue("the.requests"), name + FILLING);
        acknowledged.add(name);
      }
    } catch (JMSRuntimeException ended) {
      // as it should
    }
    // On the full disk it does not come back meanwhile.
    await().atMost(Duration.ofMinutes(1)).until(() -> state() == HealthCheck.State.DOWN);
    assertThat(broker.isRunning()).isFalse();
    disk.free();
  }

  private HealthCheck.State state() {
    return readiness.call().getState();
  }

  private JMSContext connect() {
    return new ActiveMQConnectionFactory(
            "tcp://127.0.0.1:%d?reconnectAttempts=0&callTimeout=5000".formatted(broker.port()))
        .createContext(login.user(), login.password());
  }
}
