package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.journal.ProvisioningRequest;

/**
 * Tells a repeat of a request from another one that bears the same key by mistake. Thread-safe.
 *
 * <p>Our choice: the same element and user name make it a repeat; name, tags and the rest may have
 * been changed since.
 */
public final class SameRequest {

  private final ElementCatalogue catalogue;

  public SameRequest(ElementCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** Whether the request is one that the instance came from. */
  public boolean made(Instance instance, ProvisioningRequest request) {
    Element element = catalogue.find(instance.elementKey()).orElseThrow();
    boolean sameElement =
        request.element() != null
            && catalogue.find(request.element()).filter(element::equals).isPresent();
    String userName = request.configuration().get(element.userNameKey());
    return sameElement
        && userName != null
        && userName.equals(instance.configuration().get(element.userNameKey()));
  }
}
