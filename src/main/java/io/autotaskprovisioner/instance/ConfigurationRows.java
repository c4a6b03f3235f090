package io.autotaskprovisioner.instance;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.element.ConfigurationEntry;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.secret.Mask;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of an instance as rows: one for each key its element describes, whether or not
 * it was ever given, and one for each further key that was. Immutable and thread-safe.
 */
public final class ConfigurationRows {

  private final ElementCatalogue catalogue;

  public ConfigurationRows(ElementCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** The keys of the rows: the element's in its order, then the others as they were given. */
  public Set<String> keys(Instance instance) {
    Set<String> keys = new LinkedHashSet<>();
    elementOf(instance).configuration().forEach(entry -> keys.add(entry.key()));
    keys.addAll(instance.configuration().keySet());
    return keys;
  }

  /**
   * One row. Its value is what is stored, else the default, else null; a secret shows as its mask,
   * also where instances echo no configuration.
   *
   * <p>Our choice: a key that no element describes bears its own name, is not required and counts
   * as text, or as a secret where its name says so.
   */
  public ObjectNode row(Instance instance, String key, long id) {
    Element element = elementOf(instance);
    Optional<ConfigurationEntry> entry = element.entry(key);
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.put("id", id);
    row.put("key", key);
    row.put("name", entry.map(ConfigurationEntry::name).orElse(key));
    row.put("description", entry.map(ConfigurationEntry::description).orElse(""));
    row.put("propertyValue", value(instance, element, key));
    row.put("active", entry.map(ConfigurationEntry::active).orElse(true));
    row.put("required", entry.map(ConfigurationEntry::required).orElse(false));
    row.put(
        "type",
        entry
            .map(ConfigurationEntry::type)
            .orElse(element.isSecret(key) ? "PASSWORD" : "TEXTFIELD_1000"));
    row.put("hideFromConsole", entry.map(ConfigurationEntry::hideFromConsole).orElse(false));
    return row;
  }

  private static @Nullable String value(Instance instance, Element element, String key) {
    String value = instance.configuration().get(key);
    if (value == null) {
      return element.entry(key).map(ConfigurationEntry::defaultValue).orElse(null);
    }
    return element.isSecret(key) && !value.isEmpty() ? Mask.MASK : value;
  }

  private Element elementOf(Instance instance) {
    return catalogue.find(instance.elementKey()).orElseThrow();
  }
}
