package io.autotaskprovisioner.lifecycle;

import io.autotaskprovisioner.delivery.Outbox;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.instance.Tenants;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.provisioning.InstanceEvents;
import io.autotaskprovisioner.provisioning.RequestValidation;
import io.autotaskprovisioner.storage.Database;
import java.time.Clock;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Builds what changes stored instances. */
public final class LifecycleBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) {
    Registry registry = context.getRegistry();
    Clock clock = registry.findSingleByType(Clock.class);
    Instances instances = registry.findSingleByType(Instances.class);
    InstanceEvents events = registry.findSingleByType(InstanceEvents.class);
    Outbox outbox = registry.findSingleByType(Outbox.class);
    ChangePlanning planning =
        new ChangePlanning(
            registry.findSingleByType(ElementCatalogue.class),
            registry.findSingleByType(RequestValidation.class));
    registry.bind("changePlanning", planning);
    registry.bind(
        "instanceLifecycle",
        new InstanceLifecycle(
            registry.findSingleByType(Database.class),
            new InstanceWrite(
                instances, registry.findSingleByType(Tenants.class), events, outbox, clock),
            new InstanceRemoval(
                instances, registry.findSingleByType(Journal.class), events, outbox, clock),
            planning,
            events,
            outbox));
  }
}
