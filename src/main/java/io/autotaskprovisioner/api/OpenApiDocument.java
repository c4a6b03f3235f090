package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Puts the OpenAPI document together out of its packed parts, which are YAML for people to read and
 * write: paths and components of all parts become one, and what {@code x-every-operation} says is
 * added to every operation that does not say otherwise.
 */
final class OpenApiDocument {

  /** By feature; the first one says what holds for all. */
  private static final List<String> PARTS =
      List.of(
          "openapi",
          "instances",
          "changes",
          "elements",
          "hubs",
          "logins",
          "batches",
          "deliveries",
          "imports",
          "recovery",
          "operation",
          "audit",
          "safekeeping",
          "document");

  private static final String EVERY_OPERATION = "x-every-operation";

  /** The members of a path item that are operations (OpenAPI 3.1.1, Path Item Object). */
  static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

  private final ObjectMapper json = new ObjectMapper();

  /**
   * The document as it is served but for the address of the server.
   *
   * @throws IllegalStateException if two parts have a path or a component of the same name
   */
  static ObjectNode read() {
    return new OpenApiDocument().assemble();
  }

  private ObjectNode assemble() {
    ObjectNode document = part(PARTS.get(0));
    PARTS.stream().skip(1).map(this::part).forEach(part -> merge(document, part));
    JsonNode everywhere = document.remove(EVERY_OPERATION);
    addHeaders(document.at("/components/responses"), everywhere);
    for (JsonNode pathItem : document.path("paths")) {
      pathItem
          .properties()
          .forEach(
              member -> {
                if (METHODS.contains(member.getKey())) {
                  complete((ObjectNode) member.getValue(), everywhere);
                }
              });
    }
    return document;
  }

  private ObjectNode part(String name) {
    String resource = "/openapi/" + name + ".yaml";
    try (InputStream yaml = OpenApiDocument.class.getResourceAsStream(resource)) {
      LoadSettings settings = LoadSettings.builder().setLabel(resource).build();
      return json.valueToTree(new Load(settings).loadFromInputStream(yaml));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Objects become one; anything else that is there twice in two ways is a slip. */
  private static void merge(ObjectNode target, ObjectNode part) {
    part.properties()
        .forEach(
            member -> {
              JsonNode present = target.get(member.getKey());
              if (present == null || present.equals(member.getValue())) {
                target.set(member.getKey(), member.getValue());
              } else if (isContainer(member.getKey())) {
                merge((ObjectNode) present, (ObjectNode) member.getValue());
              } else {
                throw new IllegalStateException(
                    "The OpenAPI document has '%s' twice".formatted(member.getKey()));
              }
            });
  }

  /**
   * Whether many parts have such an object: the paths, each path with its methods, the components
   * and their kinds.
   */
  private static boolean isContainer(String key) {
    return key.startsWith("/")
        || Set.of(
                "paths",
                "components",
                "securitySchemes",
                "parameters",
                "requestBodies",
                "headers",
                "responses",
                "schemas")
            .contains(key);
  }

  private static void complete(ObjectNode operation, JsonNode everywhere) {
    ObjectNode responses = (ObjectNode) operation.get("responses");
    addMissing(responses, everywhere.path("responses"));
    boolean open = operation.has("security") && operation.get("security").isEmpty();
    if (!open) {
      addMissing(responses, everywhere.path("authenticated"));
    }
    addHeaders(responses, everywhere);
  }

  private static void addHeaders(JsonNode responses, JsonNode everywhere) {
    for (JsonNode response : responses) {
      if (!response.has("$ref")) {
        addMissing(((ObjectNode) response).withObject("headers"), everywhere.path("headers"));
      }
    }
  }

  private static void addMissing(ObjectNode target, JsonNode members) {
    members.properties().forEach(member -> target.putIfAbsent(member.getKey(), member.getValue()));
  }
}
