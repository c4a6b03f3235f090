package io.autotaskprovisioner.element;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;

/** Builds the element catalogue. */
public final class ElementBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) {
    context.getRegistry().bind("elementCatalogue", new ElementCatalogue(new ObjectMapper()));
  }
}
