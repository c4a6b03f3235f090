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
    Path folder = new Settings(context).path("element.directory", "elements");
    context
        .getRegistry()
        .bind("elementCatalogue", new ElementCatalogue(new ObjectMapper(), folder));
  }
}
