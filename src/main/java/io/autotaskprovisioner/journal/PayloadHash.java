package io.autotaskprovisioner.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.secret.KeyRing;
import java.io.UncheckedIOException;
import java.util.TreeMap;

/**
 * The keyed hash of what a request asks for: two requests have the same one exactly if they ask for
 * the same. Thread-safe.
 *
 * <p>Our choice: the element counts by what it means, not by how it is spelled; the order of
 * configuration keys and keys without a value do not count; nor do {@code requestId} and {@code
 * notBefore}, which say how to treat the request.
 */
final class PayloadHash {

  private static final String PURPOSE = "provisioning_request.payload";

  private final ObjectMapper json;
  private final KeyRing keyRing;
  private final ElementCatalogue catalogue;

  PayloadHash(ObjectMapper json, KeyRing keyRing, ElementCatalogue catalogue) {
    this.json = json;
    this.keyRing = keyRing;
    this.catalogue = catalogue;
  }

  byte[] of(ProvisioningRequest request) {
    ObjectNode canonical = json.createObjectNode();
    canonical.put("element", element(request));
    canonical.put("name", request.name());
    canonical.putPOJO("tags", request.tags());
    ObjectNode configuration = canonical.putObject("configuration");
    new TreeMap<>(request.configuration())
        .forEach(
            (key, value) -> {
              if (value != null) {
                configuration.put(key, value);
              }
            });
    canonical.put("externalAuthentication", request.externalAuthentication());
    try {
      return keyRing.hash(PURPOSE, json.writeValueAsBytes(canonical));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String element(ProvisioningRequest request) {
    String asked = request.element() == null ? "" : request.element();
    return catalogue.find(asked).map(Element::key).orElse(asked);
  }
}
