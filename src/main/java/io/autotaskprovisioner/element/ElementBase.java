package io.autotaskprovisioner.element;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What several elements have in common stands once, in a packed file under {@code elements/base/}
 * that an element's {@code base} names. {@value #HUB} in it stands for the element's hub, which is
 * the prefix of its keys. What the element says itself goes before what the base says, and its
 * configuration entries replace those of the same key. Thread-safe.
 */
final class ElementBase {

  static final String HUB = "{hub}";

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");
  private static final Pattern HUB_NAME = Pattern.compile("[A-Za-z0-9_-]+");

  private final ObjectMapper json;

  ElementBase(ObjectMapper json) {
    this.json = json;
  }

  /**
   * The element's data, completed by its base.
   *
   * @throws IllegalArgumentException if there is no such base, or its hub cannot be a prefix
   */
  ObjectNode complete(ObjectNode element) throws IOException {
    JsonNode name = element.path("base");
    if (name.isMissingNode() || name.isNull()) {
      return element;
    }
    String hub = element.path("descriptor").path("hub").asText();
    if (!HUB_NAME.matcher(hub).matches()) {
      throw new IllegalArgumentException("descriptor.hub must be a name, since base prefixes it.");
    }
    ObjectNode whole = (ObjectNode) json.readTree(text(name.asText()).replace(HUB, hub));
    ArrayNode entries = whole.withArray("configuration").deepCopy();
    element.path("configuration").forEach(entry -> put(entries, entry));
    whole.setAll(element);
    whole.set("configuration", entries);
    return whole;
  }

  private static void put(ArrayNode entries, JsonNode entry) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).path("key").equals(entry.path("key"))) {
        entries.set(i, entry);
        return;
      }
    }
    entries.add(entry);
  }

  private static String text(String name) throws IOException {
    String place = "elements/base/" + name + ".json";
    try (InputStream file =
        NAME.matcher(name).matches()
            ? ElementBase.class.getClassLoader().getResourceAsStream(place)
            : null) {
      if (file == null) {
        throw new IllegalArgumentException("base must be the name of a packed base: autotask.");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
