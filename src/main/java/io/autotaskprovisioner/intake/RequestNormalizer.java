package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Normalizer of every door: a parsed JSON object, the body of {@code POST /instances} plus
 * {@code requestId} and {@code notBefore}, becomes a {@link ProvisioningRequest}. Thread-safe.
 *
 * <p>Lenient where the hosted service was: {@code element} may be a string, a number, {@code
 * {"key":…}} or {@code {"id":…}}; configuration values may be strings, numbers, booleans or objects
 * and become strings, null stays null; unknown fields are passed over. An absent field and a null
 * are the same. What is required is not decided here but where requests are validated.
 *
 * <p>Our choice, the limits (no source gives any): {@value #MAX_NAME} characters of name and of
 * each tag, {@value #MAX_TAGS} tags, {@value #MAX_KEYS} configuration keys of {@value #MAX_KEY}
 * characters, {@value #MAX_CREDENTIAL} characters (the widest text field of the catalogue) of user
 * name, password, server URL and integration code, {@value #MAX_VALUE} of any other value, {@value
 * #MAX_REQUEST_ID} of {@code requestId}.
 */
public final class RequestNormalizer {

  static final int MAX_NAME = 255;
  static final int MAX_TAGS = 100;
  static final int MAX_KEYS = ProvisioningRequest.MAX_CONFIGURATION_KEYS;
  static final int MAX_KEY = 200;
  static final int MAX_CREDENTIAL = 1_000;
  static final int MAX_VALUE = 65_536;
  static final int MAX_REQUEST_ID = 200;
  private static final int MAX_ELEMENT = 64;
  private static final int MAX_EXTERNAL_AUTHENTICATION = 32;
  private static final int LAST_YEAR = 9999;
  private static final Pattern LINE_BREAK = Pattern.compile("[ \\t]*[\\r\\n]+[ \\t]*");

  private final ElementCatalogue catalogue;

  public RequestNormalizer(ElementCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  /**
   * Reads the body of {@code POST /instances}.
   *
   * @throws ProvisioningException as {@code INVALID_REQUEST}, naming every wrong field with what it
   *     must be, never a value
   */
  public ProvisioningRequest fromBody(JsonNode body, long accountId) {
    return read(body, accountId, false);
  }

  /**
   * Reads one record of a file, an upload or a message: a body, or a flat record with {@code
   * username}, {@code password}, {@code serverUrl} and {@code integrationCode} in place of the
   * element's configuration keys, dotted configuration keys beside them, {@code tags} separated by
   * {@code ;}, and {@value ElementCatalogue#DEFAULT_ELEMENT} where no element is named.
   *
   * @throws ProvisioningException as {@link #fromBody}, and as {@code UNKNOWN_ELEMENT} where a flat
   *     field cannot be placed because there is no such element
   */
  public ProvisioningRequest fromRecord(JsonNode record, long accountId) {
    return read(record, accountId, true);
  }

  private ProvisioningRequest read(JsonNode node, long accountId, boolean flat) {
    FieldProblems problems = new FieldProblems();
    if (!node.isObject()) {
      problems.wrongType("A request", "a JSON object", node);
      problems.throwIfAny();
    }
    String element = element(node.get("element"), problems);
    if (element == null && flat) {
      element = ElementCatalogue.DEFAULT_ELEMENT;
    }
    Map<String, @Nullable String> configuration =
        configuration(node.get("configuration"), problems);
    Optional<Element> known = element == null ? Optional.empty() : catalogue.find(element);
    if (flat) {
      addFlatFields(node, element, known, configuration, problems);
    }
    known.ifPresent(e -> requireTexts(e, node.path("configuration"), problems));
    checkConfiguration(configuration, known, problems);
    String requestId = requestId(node.get("requestId"), problems);
    String name = line("name", unfolded(node.get("name")), MAX_NAME, problems);
    List<String> tags = tags(node.get("tags"), flat, problems);
    String externalAuthentication =
        line(
            "externalAuthentication",
            node.get("externalAuthentication"),
            MAX_EXTERNAL_AUTHENTICATION,
            problems);
    Instant notBefore = notBefore(node.get("notBefore"), problems);
    problems.throwIfAny();
    return new ProvisioningRequest(
        accountId,
        requestId,
        element,
        name,
        tags,
        configuration,
        externalAuthentication == null
            ? ProvisioningRequest.NO_EXTERNAL_AUTHENTICATION
            : externalAuthentication,
        notBefore);
  }

  private static @Nullable String element(@Nullable JsonNode node, FieldProblems problems) {
    JsonNode value = node;
    if (value != null && value.isObject()) {
      value = isPresent(node.get("key")) ? node.get("key") : node.get("id");
    }
    if (!isPresent(value)) {
      return null;
    }
    if (!value.isTextual() && !value.isIntegralNumber()) {
      problems.wrongType("element", "a key, an id, {\"key\": ...} or {\"id\": ...}", value);
      return null;
    }
    return checkedLine("element", value.asText().strip(), MAX_ELEMENT, problems);
  }

  private static Map<String, @Nullable String> configuration(
      @Nullable JsonNode node, FieldProblems problems) {
    Map<String, @Nullable String> configuration = new LinkedHashMap<>();
    if (!isPresent(node)) {
      return configuration;
    }
    if (!node.isObject()) {
      problems.wrongType("configuration", "an object", node);
      return configuration;
    }
    if (node.size() > MAX_KEYS) {
      problems.add("configuration", "configuration must have at most %d keys".formatted(MAX_KEYS));
      return configuration;
    }
    node.properties()
        .forEach(entry -> put(configuration, entry.getKey(), entry.getValue(), problems));
    return configuration;
  }

  private static void put(
      Map<String, @Nullable String> configuration,
      String key,
      JsonNode value,
      FieldProblems problems) {
    if (value.isNull()) {
      configuration.put(key, null);
    } else if (value.isValueNode()) {
      configuration.put(key, value.asText());
    } else if (value.isObject()) {
      configuration.put(key, value.toString());
    } else {
      problems.wrongType(
          "configuration." + key, "a string, a number, a boolean, an object or null", value);
    }
  }

  /** An object is no credential, and a wrong one costs a try until Autotask locks the user. */
  private static void requireTexts(
      Element element, JsonNode configuration, FieldProblems problems) {
    configuration
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().isObject() && isCredential(element, entry.getKey())) {
                problems.wrongType("configuration." + entry.getKey(), "a string", entry.getValue());
              }
            });
  }

  private static void addFlatFields(
      JsonNode node,
      @Nullable String elementName,
      Optional<Element> element,
      Map<String, @Nullable String> configuration,
      FieldProblems problems) {
    node.properties().stream()
        .filter(entry -> entry.getKey().indexOf('.') > 0)
        .forEach(entry -> put(configuration, entry.getKey(), entry.getValue(), problems));
    for (FlatField field : FlatField.CONFIGURATION) {
      JsonNode value = node.get(field.fieldName());
      if (!isPresent(value)) {
        continue;
      }
      if (!value.isValueNode()) {
        problems.wrongType(field.fieldName(), "a string", value);
        continue;
      }
      String key = field.configurationKey(element.orElseThrow(() -> unknownElement(elementName)));
      String text = value.asText();
      String other = configuration.put(key, text);
      if (other != null && !other.equals(text)) {
        problems.add(
            field.fieldName(),
            "%s and %s are the same thing and differ: give one of them"
                .formatted(field.fieldName(), key));
      }
    }
  }

  private static ProvisioningException unknownElement(@Nullable String element) {
    return new ProvisioningException(
        Failure.of(
            FailureClass.UNKNOWN_ELEMENT,
            "No element found with key " + FieldProblems.shown(String.valueOf(element))),
        List.of("element"));
  }

  private static void checkConfiguration(
      Map<String, @Nullable String> configuration,
      Optional<Element> element,
      FieldProblems problems) {
    if (configuration.size() > MAX_KEYS) {
      problems.add("configuration", "configuration must have at most %d keys".formatted(MAX_KEYS));
    }
    configuration.forEach(
        (key, value) -> {
          if (key.isBlank() || key.length() > MAX_KEY || !isStorable(key)) {
            problems.add(
                "configuration",
                "configuration key '%s' must be of 1 to %d characters, not all blanks, without NUL"
                    .formatted(FieldProblems.shown(key), MAX_KEY));
          }
          if (value != null) {
            boolean credential = element.filter(e -> isCredential(e, key)).isPresent();
            text("configuration." + key, value, credential ? MAX_CREDENTIAL : MAX_VALUE, problems);
          }
        });
  }

  private static boolean isCredential(Element element, String key) {
    return key.equals(element.userNameKey())
        || key.equals(element.passwordKey())
        || key.equals(element.serverUrlKey())
        || key.equals(element.integrationCodeKey());
  }

  /** Our choice: a whole number is accepted too, since many back offices number their requests. */
  private static @Nullable String requestId(@Nullable JsonNode node, FieldProblems problems) {
    if (isPresent(node) && node.isIntegralNumber()) {
      return checkedLine("requestId", node.asText(), MAX_REQUEST_ID, problems);
    }
    String requestId = line("requestId", node, MAX_REQUEST_ID, problems);
    return requestId == null || requestId.isBlank() ? null : requestId.strip();
  }

  private static @Nullable List<String> tags(
      @Nullable JsonNode node, boolean flat, FieldProblems problems) {
    if (!isPresent(node)) {
      return null;
    }
    List<String> tags = new ArrayList<>();
    if (flat && node.isTextual()) {
      for (String tag : node.asText().split(";")) {
        if (!tag.isBlank()) {
          tags.add(checkedLine("tags", tag.strip(), MAX_NAME, problems));
        }
      }
      if (tags.isEmpty()) {
        return null;
      }
    } else if (node.isArray()) {
      for (int i = 0; i < node.size() && i <= MAX_TAGS; i++) {
        JsonNode tag = node.get(i);
        if (tag.isTextual()) {
          tags.add(checkedLine("tags[%d]".formatted(i), tag.asText(), MAX_NAME, problems));
        } else {
          problems.wrongType("tags[%d]".formatted(i), "a string", tag);
        }
      }
    } else {
      problems.wrongType("tags", "an array of strings", node);
    }
    if (tags.size() > MAX_TAGS) {
      problems.add("tags", "tags must be at most %d".formatted(MAX_TAGS));
    }
    return tags;
  }

  private static @Nullable Instant notBefore(@Nullable JsonNode node, FieldProblems problems) {
    if (!isPresent(node) || (node.isTextual() && node.asText().isBlank())) {
      return null;
    }
    if (node.isTextual()) {
      try {
        OffsetDateTime time = OffsetDateTime.parse(node.asText().strip());
        if (time.getYear() > 0 && time.getYear() <= LAST_YEAR) {
          return time.toInstant();
        }
      } catch (DateTimeException ignored) {
        // told below, together with other types
      }
    }
    problems.add(
        "notBefore", "notBefore must be a time with its offset, such as 2026-11-25T02:00:00Z");
    return null;
  }

  /**
   * A cell may hold a line break inside its quotes. Our choice: in a name it is a blank, as HTML
   * shows it.
   */
  private static @Nullable JsonNode unfolded(@Nullable JsonNode node) {
    return node == null || !node.isTextual()
        ? node
        : TextNode.valueOf(LINE_BREAK.matcher(node.asText()).replaceAll(" "));
  }

  private static @Nullable String line(
      String field, @Nullable JsonNode node, int limit, FieldProblems problems) {
    if (!isPresent(node)) {
      return null;
    }
    if (!node.isTextual()) {
      problems.wrongType(field, "a string", node);
      return null;
    }
    return checkedLine(field, node.asText(), limit, problems);
  }

  private static String checkedLine(String field, String value, int limit, FieldProblems problems) {
    if (value.chars().anyMatch(Character::isISOControl)) {
      problems.add(field, "%s must be a string without control characters".formatted(field));
      return value;
    }
    return text(field, value, limit, problems);
  }

  private static String text(String field, String value, int limit, FieldProblems problems) {
    if (value.length() > limit) {
      problems.tooLong(field, limit);
    } else if (!isStorable(value)) {
      problems.add(
          field,
          "%s must be a string of whole Unicode characters without NUL"
              .formatted(FieldProblems.shown(field)));
    }
    return value;
  }

  /** A NUL or half a surrogate pair, both possible in JSON, has no place in a database's text. */
  private static boolean isStorable(String value) {
    return value
        .codePoints()
        .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }

  private static boolean isPresent(@Nullable JsonNode node) {
    return node != null && !node.isNull();
  }
}
