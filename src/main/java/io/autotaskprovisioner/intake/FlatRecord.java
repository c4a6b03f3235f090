package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A JSON record as the cells of a CSV row that says the same. */
final class FlatRecord {

  private FlatRecord() {}

  /** The values by column: names of {@link FlatField}s and dotted configuration keys. */
  static Map<String, String> of(JsonNode record, ElementCatalogue catalogue) {
    Map<String, String> cells = new LinkedHashMap<>();
    String element = text(elementOf(record.path("element")));
    Optional<Element> known =
        catalogue.find(element == null ? ElementCatalogue.DEFAULT_ELEMENT : element);
    for (FlatField field : FlatField.values()) {
      JsonNode value = record.path(field.fieldName());
      put(
          cells,
          field.fieldName(),
          switch (field) {
            case ELEMENT -> element;
            case TAGS -> tags(value);
            default -> text(value);
          });
    }
    putKeys(cells, record, known);
    putKeys(cells, record.path("configuration"), known);
    return cells;
  }

  private static void putKeys(
      Map<String, String> cells, JsonNode object, Optional<Element> element) {
    object
        .properties()
        .forEach(
            entry -> {
              if (entry.getKey().indexOf('.') > 0) {
                put(cells, column(entry.getKey(), element), text(entry.getValue()));
              }
            });
  }

  private static void put(Map<String, String> cells, String column, @Nullable String value) {
    if (value != null) {
      cells.putIfAbsent(column, value);
    }
  }

  private static String column(String key, Optional<Element> element) {
    return element
        .flatMap(
            known ->
                FlatField.CONFIGURATION.stream()
                    .filter(field -> field.configurationKey(known).equals(key))
                    .findFirst())
        .map(FlatField::fieldName)
        .orElse(key);
  }

  private static JsonNode elementOf(JsonNode element) {
    if (!element.isObject()) {
      return element;
    }
    return element.hasNonNull("key") ? element.get("key") : element.path("id");
  }

  private static @Nullable String tags(JsonNode tags) {
    return tags.isArray()
        ? StreamSupport.stream(tags.spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining(";"))
        : text(tags);
  }

  private static @Nullable String text(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }
}
