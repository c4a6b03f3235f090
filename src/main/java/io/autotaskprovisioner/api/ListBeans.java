package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.account.Accounts;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.InstanceLists;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Builds the steps that list and count instances. */
public final class ListBeans implements CamelConfiguration {

  /** Our choice: so many scans at once, since each keeps a core busy in the database. */
  private static final int SCANS = 2;

  @Override
  public void configure(CamelContext context) throws Exception {
    Registry registry = context.getRegistry();
    Blocking searching =
        new Blocking("api-search", SCANS, ApiBeans.deadline(new Settings(context)));
    context.addService(searching, true, true);
    InstanceListOperations operations =
        new InstanceListOperations(
            registry.findSingleByType(Database.class),
            registry.findSingleByType(Instances.class),
            registry.findSingleByType(InstanceLists.class),
            registry.findSingleByType(Accounts.class),
            registry.findSingleByType(ElementCatalogue.class),
            new InstanceAnswers(new ObjectMapper(), registry.findSingleByType(InstanceJson.class)),
            searching);
    bind(registry, "listInstances", operations::list);
    bind(registry, "listInstancesOfElement", operations::listOfElement);
    bind(registry, "listInstancesOfAccount", operations::listOfAccount);
    bind(registry, "getInstanceOfElement", operations::getOfElement);
    bind(registry, "countInstances", operations::count);
  }

  private static void bind(Registry registry, String name, ApiOperation operation) {
    registry.bind(name, operation.asStep());
  }
}
