package io.autotaskprovisioner.recovery;

import io.autotaskprovisioner.delivery.Deliveries;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.Replies;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.RepeatedWork;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Binds {@code operations} and {@code filters}, and works on bulk operations. */
public final class RecoveryBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) throws Exception {
    Operations operations = bind(context);
    context.addService(
        new RepeatedWork("bulk-operations", Duration.ofSeconds(1), operations::workDue),
        true,
        true);
  }

  /** Binds both for a process that works on nothing by itself. */
  public static Operations bind(CamelContext context) {
    Registry registry = context.getRegistry();
    Filters filters = new Filters(registry.findSingleByType(ElementCatalogue.class));
    registry.bind("filters", filters);
    Operations operations =
        new Operations(
            registry.findSingleByType(Database.class),
            registry.findSingleByType(Clock.class),
            new BulkWorks(
                registry.findSingleByType(Journal.class),
                registry.findSingleByType(Deliveries.class),
                registry.findSingleByType(Replies.class),
                filters));
    registry.bind("operations", operations);
    return operations;
  }
}
