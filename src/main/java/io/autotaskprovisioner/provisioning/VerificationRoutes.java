package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.setting.InvalidSettingException;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;

/** Ends a start in which an element's data file names a route that is not there. */
final class VerificationRoutes implements StartupListener {

  private final ElementCatalogue catalogue;

  VerificationRoutes(ElementCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  @Override
  public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
    for (Element element : catalogue.elements()) {
      String route = "verify-" + element.verification();
      if (context.getRoute(route) == null) {
        throw new InvalidSettingException(
            "Element %s is verified by the route %s, which no file in routes/ has."
                .formatted(element.key(), route));
      }
    }
  }
}
