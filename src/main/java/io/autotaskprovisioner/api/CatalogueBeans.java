package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.element.ElementJson;
import io.autotaskprovisioner.element.Hubs;
import io.autotaskprovisioner.instance.InstanceJson;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Binds the steps of {@code routes/api-catalogue.camel.yaml}. */
public final class CatalogueBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) {
    Registry registry = context.getRegistry();
    CatalogueOperations operations =
        new CatalogueOperations(
            registry.findSingleByType(ElementCatalogue.class),
            registry.findSingleByType(Hubs.class),
            registry.findSingleByType(ElementJson.class),
            new InstanceAnswers(new ObjectMapper(), registry.findSingleByType(InstanceJson.class)));
    bind(registry, "listElements", operations::elements);
    bind(registry, "listElementKeys", operations::elementKeys);
    bind(registry, "getElement", operations::element);
    bind(registry, "getElementConfiguration", operations::elementConfiguration);
    bind(registry, "getElementMetadata", operations::elementMetadata);
    bind(registry, "listElementMetadata", operations::allMetadata);
    bind(registry, "listHubs", operations::hubs);
    bind(registry, "listHubKeys", operations::hubKeys);
    bind(registry, "getHub", operations::hub);
    bind(registry, "listHubElements", operations::hubElements);
  }

  /** The catalogue is open to anybody, so that there is no caller. */
  private static void bind(
      Registry registry, String name, Function<ApiRequest, CompletableFuture<ApiAnswer>> step) {
    ApiOperation operation = (request, nobody) -> step.apply(request);
    registry.bind(name, operation.asStep());
  }
}
