package io.autotaskprovisioner.element;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads the data file of one element. Thread-safe. */
final class ElementFile {

  private final ObjectMapper json;

  ElementFile(ObjectMapper json) {
    this.json = json;
  }

  /**
   * @throws IOException if it is no JSON
   * @throws IllegalArgumentException if a field is missing or of another type, naming it
   */
  Element read(InputStream file) throws IOException {
    JsonNode data = json.readTree(file);
    JsonNode descriptor = required(data, "descriptor");
    if (!(descriptor instanceof ObjectNode object)) {
      throw new IllegalArgumentException("descriptor must be an object.");
    }
    JsonNode id = required(descriptor, "id");
    if (!id.canConvertToExactIntegral()) {
      throw new IllegalArgumentException("descriptor.id must be a whole number.");
    }
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
        List.of(json.treeToValue(required(data, "configuration"), ConfigurationEntry[].class)),
        object);
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
