package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.element.ConfigurationEntry;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.element.SecretKeys;
import io.autotaskprovisioner.secret.Mask;
import io.autotaskprovisioner.setting.Slip;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes the copy of a record that may be kept and shown. Thread-safe.
 *
 * <p>A configuration value is a secret by the same rule as everywhere: the catalogue says so, or
 * its key does. A key that nobody described counts too if it is a slip of a secret one. Of fields
 * outside the configuration only the known ones stay. The rest becomes {@link Mask#MASK}.
 */
final class SecretMask {

  private static final Set<String> PLAIN_FIELDS =
      Set.of(
          "name",
          "element",
          "tags",
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
  private final List<String> secretKeys;

  SecretMask(ElementCatalogue catalogue) {
    this.catalogue = catalogue;
    this.secretKeys =
        catalogue.elements().stream()
            .flatMap(element -> element.configuration().stream())
            .filter(ConfigurationEntry::isSecret)
            .map(ConfigurationEntry::key)
            .toList();
  }

  /** Whether the value of the field or configuration key must not be shown. */
  boolean isSecret(String fieldOrKey) {
    if (fieldOrKey.indexOf('.') > 0) {
      return isSecretKey(fieldOrKey);
    }
    return !PLAIN_FIELDS.contains(fieldOrKey);
  }

  private boolean isSecretKey(String key) {
    if (SecretKeys.looksSecret(key)
        || catalogue.elements().stream().anyMatch(element -> element.isSecret(key))) {
      return true;
    }
    return catalogue.elements().stream().noneMatch(element -> element.entry(key).isPresent())
        && secretKeys.stream().anyMatch(secret -> Slip.distance(key, secret) <= Slip.LETTERS);
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
                    isSecretKey(entry.getKey())
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
