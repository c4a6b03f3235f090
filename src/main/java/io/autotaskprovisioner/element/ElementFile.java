package io.autotaskprovisioner.element;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads the data file of one element. Thread-safe. */
final class ElementFile {

  private static final String POLLER_CONFIGURATION = "event.poller.configuration";
  private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};
  private static final TypeReference<Map<String, ResourceQuery>> QUERIES = new TypeReference<>() {};

  private final ObjectMapper json;
  private final ElementBase base;

  ElementFile(ObjectMapper json) {
    this.json = json;
    this.base = new ElementBase(json);
  }

  /**
   * @throws IOException if it is no JSON
   * @throws IllegalArgumentException if a field is missing or of another type, naming it
   */
  Element read(InputStream file) throws IOException {
    ObjectNode data = base.complete(object(json.readTree(file), "The file"));
    ObjectNode descriptor = object(required(data, "descriptor"), "descriptor");
    JsonNode id = required(descriptor, "id");
    if (!id.canConvertToExactIntegral() || !id.canConvertToLong() || id.longValue() <= 0) {
      throw new IllegalArgumentException("descriptor.id must be a whole number above 0.");
    }
    ElementResources resources = resources(data);
    return new Element(
        id.longValue(),
        StreamSupport.stream(data.path("aliasIds").spliterator(), false)
            .map(JsonNode::longValue)
            .toList(),
        text(descriptor, "key"),
        text(descriptor, "hub"),
        text(data, "verification"),
        text(data, "userNameKey"),
        text(data, "passwordKey"),
        text(data, "serverUrlKey"),
        text(data, "integrationCodeKey"),
        optionalText(data, "credentialDomain"),
        configuration(data, resources.polling()),
        descriptor,
        resources);
  }

  private ElementResources resources(ObjectNode data) throws IOException {
    JsonNode polling = data.path("polling");
    return new ElementResources(
        read(data, "resources", NAMES, List.of()),
        read(data, "objects", NAMES, List.of()),
        read(data, "queries", QUERIES, Map.of()),
        polling.isMissingNode() ? json.createObjectNode() : object(polling, "polling"));
  }

  /** What is polled stands once, as an object; the entry's default is the same as a text. */
  private List<ConfigurationEntry> configuration(ObjectNode data, ObjectNode polling)
      throws IOException {
    List<ConfigurationEntry> entries = new ArrayList<>();
    for (JsonNode entry : required(data, "configuration")) {
      ObjectNode described = object(entry, "configuration").deepCopy();
      boolean polled = described.path("key").asText().equals(POLLER_CONFIGURATION);
      if (polled && !described.hasNonNull("defaultValue") && !polling.isEmpty()) {
        described.put("defaultValue", polling.toString());
      }
      entries.add(json.treeToValue(described, ConfigurationEntry.class));
    }
    return entries;
  }

  private <T> T read(ObjectNode data, String field, TypeReference<T> type, T absent)
      throws IOException {
    if (!data.hasNonNull(field)) {
      return absent;
    }
    return json.readerFor(type)
        .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .readValue(data.get(field));
  }

  private static ObjectNode object(@Nullable JsonNode node, String what) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException(what + " must be an object.");
  }

  private static @Nullable String optionalText(JsonNode node, String field) {
    return node.hasNonNull(field) ? text(node, field) : null;
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = required(node, field);
    if (!value.isTextual() || value.asText().isBlank()) {
      throw new IllegalArgumentException(field + " must be a text.");
    }
    return value.asText();
  }

  private static JsonNode required(JsonNode node, String field) {
    if (!node.hasNonNull(field)) {
      throw new IllegalArgumentException(field + " is missing.");
    }
    return node.get(field);
  }
}
