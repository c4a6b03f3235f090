package io.autotaskprovisioner.lifecycle;

import io.autotaskprovisioner.delivery.DeliveryBeans;
import io.autotaskprovisioner.element.ElementBeans;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.InstanceBeans;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.JournalBeans;
import io.autotaskprovisioner.provisioning.InstanceEvents;
import io.autotaskprovisioner.provisioning.RequestValidation;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.storage.Database;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Properties;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Registry;

/**
 * The parts of one process that change instances, built by the application's own beans; one
 * destination wants every event, and nothing is sent since the context is never started.
 */
final class LifecycleNode implements AutoCloseable {

  final WatchedDatabase database;
  final Instances instances;
  final Journal journal;
  final ChangePlanning planning;
  final InstanceLifecycle lifecycle;
  private final Vertx vertx = Vertx.vertx();
  private final DefaultCamelContext context = new DefaultCamelContext();

  LifecycleNode(Database real, KeyRing keyRing, Path directory, Clock clock) throws Exception {
    database = new WatchedDatabase(real);
    Properties settings = new Properties();
    settings.put("data.directory", directory.toString());
    settings.put("element.directory", directory.resolve("elements").toString());
    settings.put("delivery.crm.webhook", "http://127.0.0.1:1/hook");
    context.getPropertiesComponent().setInitialProperties(settings);
    Registry registry = context.getRegistry();
    registry.bind("database", database);
    registry.bind("keyRing", keyRing);
    registry.bind("clock", clock);
    registry.bind("meters", new SimpleMeterRegistry());
    registry.bind("vertx", vertx);
    new ElementBeans().configure(context);
    new InstanceBeans().configure(context);
    JournalBeans.bindTables(context);
    new DeliveryBeans().configure(context);
    registry.bind(
        "instanceEvents",
        new InstanceEvents(database, registry.findSingleByType(InstanceJson.class)));
    registry.bind(
        "requestValidation",
        new RequestValidation(registry.findSingleByType(ElementCatalogue.class)));
    new LifecycleBeans().configure(context);
    instances = registry.findSingleByType(Instances.class);
    journal = registry.findSingleByType(Journal.class);
    planning = registry.findSingleByType(ChangePlanning.class);
    lifecycle = registry.findSingleByType(InstanceLifecycle.class);
  }

  @Override
  public void close() {
    context.stop();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
