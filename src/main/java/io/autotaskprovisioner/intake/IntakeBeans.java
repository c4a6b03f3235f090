package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.element.ElementCatalogue;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;

/** Builds the beans of the asynchronous doors. */
public final class IntakeBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) {
    ElementCatalogue catalogue = context.getRegistry().findSingleByType(ElementCatalogue.class);
    context.getRegistry().bind("requestNormalizer", new RequestNormalizer(catalogue));
  }
}
