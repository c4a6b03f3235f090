package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.element.SecretKeys;
import io.autotaskprovisioner.secret.Mask;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes the copy of a record that may be kept and shown. Thread-safe.
 *
 * <p>Only what is known to be no secret stays: the plain fields of a record and those configuration
 * values that the catalogue describes and does not call secret. Everything else becomes {@link
 * Mask#MASK}, so that a password under a misspelt key is not kept either.
 */
final class SecretMask {

  private static final Set<String> PLAIN_FIELDS =
      Set.of(
          "name",
          "username",
          "serverUrl",
          "requestId",
          "notBefore",
          "externalAuthentication",
          "failureClass",
          "reason");

  /** {@code https://user:password@host}. */
  private static final Pattern USER_INFO = Pattern.compile("://[^/?#]*@");

  private final ElementCatalogue catalogue;

  SecretMask(ElementCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** Whether the value of the field or configuration key must not be shown. */
  boolean isSecret(String fieldOrKey) {
    if (PLAIN_FIELDS.contains(fieldOrKey)
        || fieldOrKey.equals(FlatField.ELEMENT.fieldName())
        || fieldOrKey.equals(FlatField.TAGS.fieldName())) {
      return false;
    }
    return catalogue.elements().stream().noneMatch(element -> isPlain(element, fieldOrKey));
  }

  private static boolean isPlain(Element element, String key) {
    return element.entry(key).isPresent() && !element.isSecret(key);
  }

  /** The cells of a CSV row as they may be kept. */
  List<String> cells(CsvHeader header, List<String> cells) {
    List<String> masked = new ArrayList<>(cells.size());
    for (int i = 0; i < cells.size(); i++) {
      String target = header.columns().get(i).target();
      String cell = cells.get(i);
      boolean hide = !cell.isEmpty() && (target == null || isSecret(target));
      masked.add(hide ? Mask.MASK : withoutUserInfo(cell));
    }
    return masked;
  }

  /** A JSON record as it may be kept. */
  ObjectNode record(JsonNode record) {
    ObjectNode masked = JsonNodeFactory.instance.objectNode();
    record
        .properties()
        .forEach(
            field -> {
              String name = field.getKey();
              JsonNode value = field.getValue();
              masked.set(
                  name,
                  switch (name) {
                    case "configuration" -> value.isObject() ? configuration(value) : hidden(value);
                    case "element" -> value.isObject() ? only(value, "key", "id") : scalar(value);
                    case "tags" -> value.isArray() ? tags(value) : scalar(value);
                    default -> isSecret(name) ? hidden(value) : scalar(value);
                  });
            });
    return masked;
  }

  private ObjectNode configuration(JsonNode configuration) {
    ObjectNode masked = JsonNodeFactory.instance.objectNode();
    configuration
        .properties()
        .forEach(
            entry ->
                masked.set(
                    entry.getKey(),
                    isSecret(entry.getKey())
                        ? hidden(entry.getValue())
                        : nested(entry.getValue())));
    return masked;
  }

  private static JsonNode nested(JsonNode value) {
    if (value.isObject()) {
      ObjectNode masked = JsonNodeFactory.instance.objectNode();
      value
          .properties()
          .forEach(
              field ->
                  masked.set(
                      field.getKey(),
                      SecretKeys.looksSecret(field.getKey())
                          ? hidden(field.getValue())
                          : nested(field.getValue())));
      return masked;
    }
    if (value.isArray()) {
      ArrayNode masked = JsonNodeFactory.instance.arrayNode();
      value.forEach(item -> masked.add(nested(item)));
      return masked;
    }
    return scalar(value);
  }

  private static JsonNode only(JsonNode object, String... fields) {
    ObjectNode masked = JsonNodeFactory.instance.objectNode();
    for (String field : fields) {
      if (object.has(field)) {
        masked.set(field, scalar(object.get(field)));
      }
    }
    return masked;
  }

  private static ArrayNode tags(JsonNode tags) {
    ArrayNode masked = JsonNodeFactory.instance.arrayNode();
    tags.forEach(tag -> masked.add(scalar(tag)));
    return masked;
  }

  private static JsonNode scalar(JsonNode value) {
    if (!value.isValueNode()) {
      return hidden(value);
    }
    return value.isTextual()
        ? JsonNodeFactory.instance.textNode(withoutUserInfo(value.asText()))
        : value;
  }

  private static JsonNode hidden(JsonNode value) {
    return value.isNull() ? value : JsonNodeFactory.instance.textNode(Mask.MASK);
  }

  private static String withoutUserInfo(String value) {
    return value.contains("://")
        ? USER_INFO.matcher(value).replaceAll("://" + Mask.MASK + "@")
        : value;
  }
}
