package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.account.Accounts;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.movein.Imports;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Builds the steps of imports. */
public final class ImportBeans implements CamelConfiguration {

  /** As many large bodies are in memory at once, the one that is read and those that wait. */
  private static final int WAITING = 3;

  @Override
  public void configure(CamelContext context) throws Exception {
    Registry registry = context.getRegistry();
    Blocking reading = new Blocking("api-import", 1, WAITING);
    Blocking blocking = new Blocking("api-import-query", 1);
    context.addService(reading, true, true);
    context.addService(blocking, true, true);
    ImportOperations operations =
        new ImportOperations(
            registry.findSingleByType(Imports.class),
            registry.findSingleByType(Accounts.class),
            new InstanceAnswers(new ObjectMapper(), registry.findSingleByType(InstanceJson.class)),
            reading,
            blocking);
    bind(registry, "beginImport", operations::begin);
    bind(registry, "getImport", operations::get);
    bind(registry, "listImports", operations::list);
    bind(registry, "cancelImport", operations::cancel);
  }

  private static void bind(Registry registry, String name, ApiOperation operation) {
    registry.bind(name, operation.asStep());
  }
}
