package io.autotaskprovisioner.movein;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.element.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of an import, found by an instance's id, else by its name, else by its user name.
 * An entry is known by the first of these that it has; the others are values then. Not thread-safe.
 */
final class Credentials {

  private static final List<String> FIELDS =
      List.of("id", "name", "username", "password", "serverUrl", "integrationCode");

  private final Map<String, Integer> places = new HashMap<>();
  private final List<JsonNode> entries = new ArrayList<>();
  private final Set<Integer> used = new HashSet<>();

  /** Reads them, adding what is wrong to the problems. */
  Credentials(JsonNode array, List<ImportProblem> problems) {
    for (JsonNode entry : array) {
      entries.add(entry);
      int number = entries.size();
      String key = key(entry);
      if (!entry.isObject() || key == null) {
        problems.add(
            problem(number, "has none of id, name and username", "Say whose credentials they are"));
      } else {
        requireKnownFields(entry, number, problems);
        Integer other = places.putIfAbsent(key, number);
        if (other != null) {
          problems.add(
              problem(number, "are for the same as number " + other, "Leave one of the two out"));
        }
      }
    }
  }

  /** The instance's own, if there are any. */
  Optional<JsonNode> of(@Nullable String id, @Nullable String name, @Nullable String userName) {
    for (String key : new String[] {key("id", id), key("name", name), key("username", userName)}) {
      Integer number = key == null ? null : places.get(key);
      if (number != null) {
        used.add(number);
        return Optional.of(entries.get(number - 1));
      }
    }
    return Optional.empty();
  }

  /** Tells those that no instance asked for. */
  void addUnused(List<ImportProblem> problems) {
    places
        .values()
        .forEach(
            number -> {
              if (!used.contains(number)) {
                problems.add(
                    problem(
                        number,
                        "belong to no instance that was sent",
                        "Correct their id, name or username, or leave them out"));
              }
            });
  }

  /** Puts the values of an entry into the configuration, in place of masks. */
  static void apply(JsonNode entry, Element element, ObjectNode configuration) {
    put(configuration, element.userNameKey(), entry.get("username"));
    put(configuration, element.passwordKey(), entry.get("password"));
    put(configuration, element.serverUrlKey(), entry.get("serverUrl"));
    put(configuration, element.integrationCodeKey(), entry.get("integrationCode"));
    entry.properties().stream()
        .filter(field -> field.getKey().indexOf('.') > 0)
        .forEach(field -> put(configuration, field.getKey(), field.getValue()));
  }

  private static void put(ObjectNode configuration, String key, @Nullable JsonNode value) {
    if (value != null && value.isTextual() && value.asText().isEmpty()) {
      configuration.putNull(key);
    } else if (value != null && !value.isNull()) {
      configuration.set(key, value);
    }
  }

  private static void requireKnownFields(JsonNode entry, int number, List<ImportProblem> problems) {
    entry
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!FIELDS.contains(field) && field.indexOf('.') <= 0) {
                problems.add(
                    problem(
                        number,
                        "have a field that is not known",
                        "Use " + String.join(", ", FIELDS) + " and dotted configuration keys"));
              }
            });
  }

  private static @Nullable String key(JsonNode entry) {
    for (String field : List.of("id", "name", "username")) {
      JsonNode value = entry.path(field);
      if (value.isValueNode() && !value.asText().isBlank() && !value.isNull()) {
        return key(field, value.asText());
      }
    }
    return null;
  }

  private static @Nullable String key(String field, @Nullable String value) {
    if (value == null || value.isBlank()) {
      return null;
    }
    String text = value.strip();
    return field + " " + (field.equals("username") ? text.toLowerCase(Locale.ROOT) : text);
  }

  private static ImportProblem problem(int number, String problem, String wayOut) {
    return new ImportProblem(
        0, null, null, "The credentials number %d %s.".formatted(number, problem), wayOut + ".");
  }
}
