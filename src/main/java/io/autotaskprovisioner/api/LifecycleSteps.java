package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.account.Accounts;
import io.autotaskprovisioner.account.SecretThrottle;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.ConfigurationKeys;
import io.autotaskprovisioner.instance.ConfigurationRows;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.intake.RequestNormalizer;
import io.autotaskprovisioner.lifecycle.ChangePlanning;
import io.autotaskprovisioner.lifecycle.InstanceLifecycle;
import io.autotaskprovisioner.storage.Database;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Builds the steps that find an instance by its id or its token, and those that change it. */
public final class LifecycleSteps implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) {
    Registry registry = context.getRegistry();
    Database database = registry.findSingleByType(Database.class);
    Instances instances = registry.findSingleByType(Instances.class);
    InstanceAnswers answers =
        new InstanceAnswers(new ObjectMapper(), registry.findSingleByType(InstanceJson.class));
    registry.bind(
        "authenticateToken",
        new AuthenticateToken(
            registry.findSingleByType(Accounts.class),
            registry.findSingleByType(SecretThrottle.class),
            database,
            instances));
    registry.bind(
        "findInstance",
        new FindInstance(database, instances, registry.findSingleByType(ElementCatalogue.class)));

    InstanceLifecycle lifecycle = registry.findSingleByType(InstanceLifecycle.class);
    InstanceLifecycleOperations operations = new InstanceLifecycleOperations(lifecycle, answers);
    bind(registry, "showInstance", operations::show);
    bind(registry, "removeInstance", operations::remove);
    bind(registry, "switchEnabled", operations::switchEnabled);
    bind(registry, "switchTraceLogging", operations::switchTraceLogging);

    ConfigurationOperations configuration =
        new ConfigurationOperations(
            registry.findSingleByType(ConfigurationKeys.class),
            registry.findSingleByType(ConfigurationRows.class),
            answers);
    bind(registry, "listConfiguration", configuration::list);
    bind(registry, "getConfiguration", configuration::get);

    registry.bind("planInstanceChange", plan(registry, PlanInstanceChange.instanceBody()));
    registry.bind("planConfigurationChange", plan(registry, configuration::readRow));
    registry.bind("storeInstanceChange", new StoreInstanceChange(lifecycle));
  }

  private static PlanInstanceChange plan(Registry registry, PlanInstanceChange.BodyReader reader) {
    return new PlanInstanceChange(
        reader,
        registry.findSingleByType(RequestNormalizer.class),
        registry.findSingleByType(ChangePlanning.class));
  }

  private static void bind(Registry registry, String name, InstanceOperation operation) {
    registry.bind(name, operation.asStep());
  }
}
