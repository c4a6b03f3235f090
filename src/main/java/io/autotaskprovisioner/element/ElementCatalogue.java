package io.autotaskprovisioner.element;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The elements that can be provisioned, each read from {@code elements/<key>.json} on the class
 * path. Immutable and thread-safe.
 */
public final class ElementCatalogue {

  /** The element that a request means when a file names none. */
  public static final String DEFAULT_ELEMENT = "autotaskfinance";

  private static final List<String> KEYS = List.of(DEFAULT_ELEMENT);

  private final Map<String, Element> byReference = new LinkedHashMap<>();
  private final List<Element> elements;

  /** Reads every data file; one that cannot be read is a packaging error and stops the start. */
  public ElementCatalogue(ObjectMapper json) {
    elements = KEYS.stream().map(key -> read(json, key)).toList();
    for (Element element : elements) {
      byReference.put(element.key(), element);
      byReference.put(Long.toString(element.id()), element);
      element.aliasIds().forEach(alias -> byReference.put(alias.toString(), element));
    }
  }

  /** Finds an element by its key, its id or one of its alias ids. */
  public Optional<Element> find(String keyOrId) {
    return Optional.ofNullable(byReference.get(keyOrId));
  }

  public Collection<Element> elements() {
    return elements;
  }

  private static Element read(ObjectMapper json, String key) {
    String place = "elements/" + key + ".json";
    try (InputStream file = ElementCatalogue.class.getClassLoader().getResourceAsStream(place)) {
      if (file == null) {
        throw new IllegalStateException("The element file " + place + " is not on the class path");
      }
      JsonNode data = json.readTree(file);
      ObjectNode descriptor = (ObjectNode) data.required("descriptor");
      return new Element(
          descriptor.required("id").longValue(),
          StreamSupport.stream(data.required("aliasIds").spliterator(), false)
              .map(JsonNode::longValue)
              .toList(),
          descriptor.required("key").textValue(),
          descriptor.required("hub").textValue(),
          data.required("verification").textValue(),
          data.required("userNameKey").textValue(),
          data.required("passwordKey").textValue(),
          data.required("serverUrlKey").textValue(),
          data.required("integrationCodeKey").textValue(),
          List.of(json.treeToValue(data.required("configuration"), ConfigurationEntry[].class)),
          descriptor);
    } catch (IOException e) {
      throw new UncheckedIOException("The element file " + place + " cannot be read", e);
    }
  }
}
