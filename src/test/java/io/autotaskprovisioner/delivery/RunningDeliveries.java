package io.autotaskprovisioner.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.storage.Database;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * Delivery as the application wires it: {@link DeliveryBeans} over settings of the test, with the
 * route files of delivery.
 */
final class RunningDeliveries implements AutoCloseable {

  static final String TOKEN = "token-of-the-instance";

  private static final long ACCOUNT = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Vertx vertx = Vertx.vertx();
  private final Database database;
  private final CamelContext context = new DefaultCamelContext();
  private long nextEvent = 1000;

  RunningDeliveries(Database database, String... keysAndValues) {
    this.database = database;
    Properties properties = new Properties();
    properties.setProperty("delivery.poll-interval", "50ms");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
    }
    context.getPropertiesComponent().setInitialProperties(properties);
    context.getRegistry().bind("database", database);
    context.getRegistry().bind("vertx", vertx);
    context.getRegistry().bind("meterRegistry", new SimpleMeterRegistry());
    context.getRegistry().bind("clock", Clock.systemUTC());
    context.getRegistry().bind("tokens", (InstanceTokens) id -> Optional.of(TOKEN));
  }

  CamelContext context() {
    return context;
  }

  RunningDeliveries start() throws Exception {
    new DeliveryBeans().configure(context);
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(
            ResourceHelper.resolveResource(
                context, "file:" + Path.of("routes/delivery-table.camel.yaml").toAbsolutePath()));
    context.start();
    return this;
  }

  /** Records and commits an event, as provisioning does; answers the id that receivers see. */
  String record() throws Exception {
    long id = nextEvent++;
    JsonNode data =
        JSON.readTree(
            "{\"instance\": {\"id\": %d, \"name\": \"Müller & Söhne\"}, \"autotask\": {}}"
                .formatted(7000 + id));
    InstanceEvent event =
        new InstanceEvent(id, InstanceEvent.PROVISIONED, ACCOUNT, 7000 + id, Instant.now(), data);
    Outbox outbox = context.getRegistry().findSingleByType(Outbox.class);
    database.transaction(
        connection -> {
          outbox.record(connection, event);
          return null;
        });
    outbox.wake();
    return "evt_" + id;
  }

  Deliveries deliveries() {
    return context.getRegistry().findSingleByType(Deliveries.class);
  }

  List<DeliveryEntry> to(String destination) {
    return deliveries()
        .list(DeliveryFilter.ofAccount(ACCOUNT).withDestination(destination), 0, 1000);
  }

  DeliveryEntry only(String destination) {
    List<DeliveryEntry> entries = to(destination);
    if (entries.size() != 1) {
      throw new AssertionError(entries.size() + " deliveries to " + destination);
    }
    return entries.get(0);
  }

  void redeliver(DeliveryEntry entry) {
    deliveries().redeliver(ACCOUNT, entry.id());
  }

  @Override
  public void close() {
    context.stop();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
