package io.autotaskprovisioner.element;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.setting.Settings;
import java.nio.file.Path;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;

/** Builds the element catalogue. */
public final class ElementBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) {
    ElementCatalogue catalogue = catalogue(new Settings(context));
    context.getRegistry().bind("elementCatalogue", catalogue);
    context.getRegistry().bind("hubs", new Hubs(new ObjectMapper(), catalogue));
    context.getRegistry().bind("elementJson", new ElementJson(new ObjectMapper()));
  }

  /** The packed elements and those of {@code element.directory}. */
  public static ElementCatalogue catalogue(Settings settings) {
    Path folder = settings.path("element.directory", "elements");
    return new ElementCatalogue(new ObjectMapper(), folder);
  }
}
