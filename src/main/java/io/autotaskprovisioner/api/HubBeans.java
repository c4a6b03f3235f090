package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.InstanceJson;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.spi.Registry;

/** Binds the steps of {@code routes/api-hub.camel.yaml}. */
public final class HubBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) {
    Registry registry = context.getRegistry();
    HubOperations operations =
        new HubOperations(
            registry.findSingleByType(ElementCatalogue.class),
            new InstanceAnswers(new ObjectMapper(), registry.findSingleByType(InstanceJson.class)),
            registry.findSingleByType(Clock.class));
    bind(registry, "listObjects", operations::objects);
    bind(registry, "beforePing", operations::beforePing);
    bind(registry, "afterPing", operations::afterPing);
    bind(registry, "readResourceQuery", operations::beforeList);
    bind(registry, "answerWithItems", operations::afterList);
  }

  private static void bind(
      Registry registry, String name, BiConsumer<Exchange, ApiRequest> operation) {
    registry.bind(
        name,
        new ApiStep() {
          @Override
          CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
            operation.accept(exchange, request);
            return CompletableFuture.completedFuture(null);
          }
        });
  }
}
