package io.autotaskprovisioner.element;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The hubs that have elements here. Ids and texts of {@code crm} and {@code helpdesk} are those of
 * the hosted service's page "Hub APIs"; those of {@code finance} no source tells. Our choice: its
 * id is 20; a hub that only a file of {@code element.directory} brings has its key for a name and
 * no id. Immutable and thread-safe.
 */
public final class Hubs {

  private static final String PLACE = "elements/hubs.json";

  private final ElementCatalogue catalogue;
  private final Map<String, Hub> byKey = new LinkedHashMap<>();

  /** Reads the packed file; one that cannot be read is a packaging error and stops the start. */
  public Hubs(ObjectMapper json, ElementCatalogue catalogue) {
    this.catalogue = catalogue;
    for (Hub hub : described(json)) {
      if (!elements(hub.key()).isEmpty()) {
        byKey.put(hub.key(), hub);
      }
    }
    for (Element element : catalogue.elements()) {
      String key = element.hub();
      byKey.computeIfAbsent(key, unknown -> new Hub(null, key, key, key + " Element Hub"));
    }
  }

  public Collection<Hub> all() {
    return byKey.values();
  }

  public Optional<Hub> find(String key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /** The hub's elements, by rising id. */
  public List<Element> elements(String hub) {
    return catalogue.byId().stream().filter(element -> element.hub().equals(hub)).toList();
  }

  private static List<Hub> described(ObjectMapper json) {
    try (InputStream file = Hubs.class.getClassLoader().getResourceAsStream(PLACE)) {
      if (file == null) {
        throw new IllegalStateException("The file " + PLACE + " is not on the class path");
      }
      return List.of(json.readValue(file, Hub[].class));
    } catch (IOException e) {
      throw new UncheckedIOException("The file " + PLACE + " cannot be read", e);
    }
  }
}
