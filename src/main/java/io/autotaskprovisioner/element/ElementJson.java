package io.autotaskprovisioner.element;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Writes the catalogue as the hosted service showed it. Thread-safe.
 *
 * <p>The shape of a configuration entry is that of the developer portal's sample element, where an
 * entry without a default has an empty text; the shapes of metadata and hubs are those of the
 * platform's published models. Our choice: an element in a list carries its configuration too.
 */
public final class ElementJson {

  private final ObjectMapper json;

  public ElementJson(ObjectMapper json) {
    this.json = json;
  }

  /** The constants of the element with its configuration entries. */
  public ObjectNode write(Element element) {
    ObjectNode node = element.descriptor().deepCopy();
    node.set("configuration", entries(element));
    return node;
  }

  /** The configuration entries; provider data is what OAuth elements need, so none here. */
  public ObjectNode writeConfiguration(Element element) {
    ObjectNode node = json.createObjectNode();
    node.set("configuration", entries(element));
    node.putArray("providerData");
    return node;
  }

  /** What the element is and which of its resources the hosted service could poll. */
  public ObjectNode writeMetadata(Element element) {
    JsonNode descriptor = element.descriptor();
    ObjectNode node = json.createObjectNode();
    node.put("id", element.id());
    node.put("key", element.key());
    node.put("name", descriptor.path("name").asText());
    node.put("description", descriptor.path("description").asText());
    ObjectNode polling = element.resources().polling();
    ObjectNode events = node.putObject("events");
    events.put("supported", !polling.isEmpty());
    ArrayNode methods = events.putArray("methods");
    if (!polling.isEmpty()) {
      methods.add("polling");
      ObjectNode resources = events.putObject("polling");
      polling
          .properties()
          .forEach(
              resource -> {
                ObjectNode polled = resources.putObject(resource.getKey());
                polled.putArray("eventTypes").add("created").add("updated");
                polled.put("pollUrl", resource.getValue().path("url").asText());
              });
    }
    return node;
  }

  /** A hub as a list shows it. */
  public ObjectNode write(Hub hub) {
    ObjectNode node = json.createObjectNode();
    if (hub.id() != null) {
      node.put("id", hub.id());
    }
    return node.put("name", hub.name()).put("key", hub.key()).put("description", hub.description());
  }

  private ArrayNode entries(Element element) {
    ArrayNode entries = json.createArrayNode();
    for (ConfigurationEntry entry : element.configuration()) {
      ObjectNode node = json.valueToTree(entry);
      if (entry.defaultValue() == null) {
        node.put("defaultValue", "");
      }
      entries.add(node);
    }
    return entries;
  }
}
