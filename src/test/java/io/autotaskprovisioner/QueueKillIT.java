package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.simulator.Simulator;
import io.autotaskprovisioner.simulator.SimulatorSettings;
import io.autotaskprovisioner.simulator.Switches;
import io.vertx.core.Vertx;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of the packaged program, embedded broker and all, while messages come in. */
class QueueKillIT {

  private static final int KILLS = Integer.getInteger("kills", 2);
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
  private Simulator simulator;
  private LaunchedApplication application;

  @BeforeEach
  void start() {
    simulator = Simulator.start(vertx, SimulatorSettings.onFreePort());
    application =
        new LaunchedApplication(folder)
            .with("autotask.discovery-url", simulator.discoveryUri().toString())
            .with("autotask.allowed-origins", simulator.baseUri().toString())
            .with("autotask.integration-code", Switches.DEMO_INTEGRATION_CODE)
            .with("account.initial.user-secret", RunningApplication.USER_SECRET)
            .with("account.initial.organization-secret", RunningApplication.ORGANIZATION_SECRET)
            // A claim of a killed process is taken over after its lease.
            .with("provisioning.worker.lease", "5s")
            .with("queue.reply-lease", "5s");
  }

  @AfterEach
  void end() throws Exception {
    stop.countDown();
    application.close();
    simulator.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void every_message_that_the_broker_took_is_replied_to_exactly_once() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    application.launch().awaitReady();
    Thread sender = new Thread(this::sendUntilStopped);
    sender.start();
    for (int kill = 0; kill < KILLS; kill++) {
      int before = acknowledged.size();
      int more = 20 + random.nextInt(60);
      await()
          .pollInterval(Duration.ofMillis(7))
          .atMost(PATIENCE)
          .until(() -> acknowledged.size() >= before + more);
      application.kill();
      application.launch().awaitReady();
    }
    stop.countDown();
    sender.join();

    Map<String, Integer> replies = new HashMap<>();
    Set<Long> instances = new HashSet<>();
    int sent = acknowledged.size();
    try (JMSContext context = connect();
        JMSConsumer consumer =
            context.createConsumer(context.createQueue("provisioning.results"))) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                for (Message reply = consumer.receive(2_000);
                    reply != null;
                    reply = consumer.receive(2_000)) {
                  JsonNode body = JSON.readTree(reply.getBody(String.class));
                  assertThat(body.path("outcome").asText())
                      .as("seed %d", seed)
                      .isEqualTo("SUCCEEDED");
                  instances.add(body.at("/instance/id").asLong());
                  replies.merge(reply.getJMSCorrelationID(), 1, Integer::sum);
                }
                return replies.keySet().containsAll(acknowledged.keySet());
              });
    }

    assertThat(replies.values()).as("seed %d", seed).containsOnly(1);
    assertThat(instances).as("seed %d", seed).hasSize(replies.size());
    System.out.printf(
        "%d kills: %d messages acknowledged to their sender, %d replies, 0 lost, 0 double%n",
        KILLS, sent, replies.size());
  }

  /** Each message is another request, so that what was not acknowledged may be there or not. */
  private void sendUntilStopped() {
    int number = 0;
    while (stop.getCount() > 0) {
      try (JMSContext context = connect()) {
        while (stop.getCount() > 0) {
          number++;
          TextMessage message =
              context.createTextMessage(
                  "{\"name\":\"Message %1$d\",\"username\":\"user-%1$d@customer-%1$d.example\",\"password\":\"secret-%1$d\",\"serverUrl\":\"https://ww3.autotask.net\"}"
                      .formatted(number));
          context.createProducer().send(context.createQueue("provisioning.requests"), message);
          acknowledged.put(message.getJMSMessageID(), number);
        }
      } catch (IOException | JMSException | JMSRuntimeException e) {
        // The broker died with the program; the next one is connected to when it is there.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }

  private JMSContext connect() throws IOException {
    Properties login = new Properties();
    try (Reader reader = Files.newBufferedReader(folder.resolve("data/queue-user.properties"))) {
      login.load(reader);
    }
    return new ActiveMQConnectionFactory(
            "tcp://127.0.0.1:%d?callTimeout=5000".formatted(application.queuePort()))
        .createContext(login.getProperty("user"), login.getProperty("password"));
  }
}
