package io.autotaskprovisioner.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.support.WebhookReceiver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeliveryBeansTest {

  private final JdbcTestDatabase database = JdbcTestDatabase.h2();
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    database.close();
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
    context.getRegistry().bind("meterRegistry", new SimpleMeterRegistry());
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
          .matches(destination -> destination.host().startsWith("127.0.0.1:"));
    }
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
