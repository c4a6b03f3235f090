package io.autotaskprovisioner.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.support.TestDatabase;
import io.autotaskprovisioner.support.WebhookReceiver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

final class DeliveryBeansTest {

  private static TestDatabase testDatabase;

  private Database database;
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @BeforeAll
  static void openDatabase() {
    testDatabase = TestDatabase.h2();
  }

  @AfterAll
  static void closeDatabase() {
    testDatabase.close();
  }

  @BeforeEach
  void open() {
    testDatabase.clear();
    database = testDatabase.database();
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private CamelContext context(String... keysAndValues) {
    Properties properties = new Properties();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
    }
    CamelContext context = new DefaultCamelContext();
    context.getPropertiesComponent().setInitialProperties(properties);
    context.getRegistry().bind("database", database);
    context.getRegistry().bind("vertx", vertx);
    context.getRegistry().bind("meterRegistry", meters);
    context.getRegistry().bind("clock", Clock.systemUTC());
    return context;
  }

  @Test
  void what_is_committed_to_the_bound_outbox_arrives_with_the_token() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver();
        CamelContext context =
            context(
                "delivery.crm.webhook",
                receiver.url("/"),
                "delivery.crm.secret",
                DeliveryFixture.SECRET,
                "delivery.crm.include-token",
                "true")) {
      new DeliveryBeans().configure(context);
      context
          .getRegistry()
          .bind("instanceTokens", (InstanceTokens) id -> Optional.of(DeliveryFixture.TOKEN));
      context.start();
      Outbox outbox = context.getRegistry().findSingleByType(Outbox.class);
      InstanceEvent event =
          new InstanceEvent(
              5,
              InstanceEvent.PROVISIONED,
              1,
              7,
              Clock.systemUTC().instant(),
              new ObjectMapper().readTree("{\"instance\":{\"id\":7},\"autotask\":{}}"));

      database.transaction(
          connection -> {
            outbox.record(connection, event);
            return null;
          });
      outbox.wake();

      await().untilAsserted(() -> assertThat(receiver.received()).hasSize(1));
      assertThat(receiver.received().get(0).verifies(DeliveryFixture.SECRET)).isTrue();
      assertThat(receiver.received().get(0).body()).contains(DeliveryFixture.TOKEN);
      Deliveries deliveries = context.getRegistry().findSingleByType(Deliveries.class);
      assertThat(deliveries.destinations())
          .singleElement()
          .matches(destination -> destination.target().startsWith("127.0.0.1:"));
    }
  }

  @Test
  void deliveries_of_a_destination_that_was_removed_are_told_at_the_start_and_measured()
      throws Exception {
    try (DeliveryFixture before =
        new DeliveryFixture(
            database, DeliveryFixture.destination("gone", "https://example.com/"))) {
      before.record(InstanceEvent.PROVISIONED);
      before.record(InstanceEvent.PROVISIONED);
    }
    Logger logger = (Logger) LoggerFactory.getLogger(OrphanedDeliveries.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try (CamelContext context = context()) {
      new DeliveryBeans().configure(context);
      context.start();
      // Gauges hold what they measure weakly.
      System.gc();
      assertThat(
              meters
                  .get("outbox.depth")
                  .tags("destination", "gone", "status", "PENDING")
                  .gauge()
                  .value())
          .isEqualTo(2);
    } finally {
      logger.detachAppender(lines);
    }

    assertThat(lines.list)
        .singleElement()
        .matches(line -> line.getLevel() == Level.WARN)
        .matches(line -> line.getFormattedMessage().startsWith("2 deliveries wait"))
        .matches(line -> line.getFormattedMessage().contains("destination gone,"));
  }

  @ParameterizedTest
  @CsvSource({
    "delivery.retry.schedule, '5s,soon'",
    "delivery.retry.schedule, '5s,-1s'",
    "delivery.lease, 1s",
    "delivery.poll-interval, 0ms",
    "delivery.source, 'not a uri'"
  })
  void a_broken_setting_stops_the_start_and_is_named(String key, String value) throws Exception {
    try (CamelContext context = context(key, value)) {
      assertThatThrownBy(() -> new DeliveryBeans().configure(context))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining(key);
    }
  }
}
