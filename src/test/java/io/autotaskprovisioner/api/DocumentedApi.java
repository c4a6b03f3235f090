package io.autotaskprovisioner.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.oas.OpenApi31;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Holds what the application answers in tests against the OpenAPI document, and notes which of its
 * operations were reached: every status must be documented, with its media type, its headers and a
 * body that its schema allows. Thread-safe.
 */
public final class DocumentedApi {

  /** One file per process that runs tests, a line per operation and status. */
  static final Path REACHED = Path.of("target", "openapi-reached");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ID = "https://autotaskprovisioner.example/schemas";

  /** With references to schemas that are good outside of it. */
  private static final JsonNode DOCUMENT = absolute(OpenApiDocument.read());

  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(
          SpecVersion.VersionFlag.V202012,
          factory ->
              factory
                  .metaSchema(OpenApi31.getInstance())
                  .defaultMetaSchemaIri(OpenApi31.getInstance().getIri())
                  .schemaLoaders(loaders -> loaders.schemas(Map.of(ID, schemas()))));
  private static final SchemaValidatorsConfig STRICT =
      SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
  private static final Map<JsonNode, JsonSchema> COMPILED = new ConcurrentHashMap<>();
  private static final List<Operation> OPERATIONS = operations();
  private static final Set<String> NOTED = ConcurrentHashMap.newKeySet();

  private DocumentedApi() {}

  /** An operation of the document; the more of its path is literal the earlier it is looked at. */
  record Operation(String method, String template, Pattern path, JsonNode node) {

    @Override
    public String toString() {
      return method + " " + template;
    }
  }

  /** Fails where the answer is none that the document allows. */
  public static void check(HttpRequest request, HttpResponse<String> answer) {
    String path = request.uri().getRawPath().replaceAll("/+", "/").replaceAll("(?<=.)/$", "");
    List<Operation> ofPath =
        OPERATIONS.stream().filter(known -> known.path().matcher(path).matches()).toList();
    Optional<Operation> operation =
        ofPath.stream().filter(known -> known.method().equals(request.method())).findFirst();
    String what = request.method() + " " + path + " → " + answer.statusCode();
    if (operation.isPresent()) {
      note(operation.get() + " " + answer.statusCode());
      JsonNode response =
          operation.get().node().path("responses").path(Integer.toString(answer.statusCode()));
      assertThat(response.isObject())
          .as("%s is documented as an answer of %s: %s", what, operation.get(), answer.body())
          .isTrue();
      check(what, resolved(response), answer);
    } else if (answer.statusCode() >= 400) {
      // That nothing is answered there but refusals is told by the routes: see OpenApiDocumentTest.
      String refusal = answer.statusCode() == 405 ? "MethodNotAllowed" : "NotFound";
      check(what, DOCUMENT.path("components").path("responses").path(refusal), answer);
    }
  }

  private static void check(String what, JsonNode response, HttpResponse<String> answer) {
    response
        .path("headers")
        .properties()
        .forEach(
            header ->
                checkHeader(what, header.getKey(), resolved(header.getValue()), answer.headers()));
    if (response.path("content").isEmpty()) {
      assertThat(answer.body()).as("body of %s", what).isEmpty();
      return;
    }
    String mediaType =
        answer.headers().firstValue("Content-Type").orElse("").split(";", 2)[0].strip();
    JsonNode content = response.path("content").path(mediaType);
    assertThat(content.isObject())
        .as("media type %s of %s is documented", mediaType, what)
        .isTrue();
    if (mediaType.equals("application/json")) {
      checkAgainst(what, content.path("schema"), tree(answer.body()));
    }
  }

  private static void checkHeader(String what, String name, JsonNode header, HttpHeaders headers) {
    Optional<String> value = headers.firstValue(name);
    if (header.path("required").asBoolean()) {
      assertThat(value).as("header %s of %s", name, what).isPresent();
    }
    value.ifPresent(
        given ->
            checkAgainst(
                "header " + name + " of " + what,
                header.path("schema"),
                given.matches("\\d{1,9}") && header.at("/schema/type").asText().equals("integer")
                    ? IntNode.valueOf(Integer.parseInt(given))
                    : TextNode.valueOf(given)));
  }

  private static void checkAgainst(String what, JsonNode schema, JsonNode value) {
    assertThat(problems(schema, value)).as("%s against the document: %s", what, value).isEmpty();
  }

  /** What the schema has against the value, in words. */
  static List<String> problems(JsonNode schema, JsonNode value) {
    return COMPILED
        .computeIfAbsent(schema, given -> SCHEMAS.getSchema(given, STRICT))
        .validate(value)
        .stream()
        .map(Object::toString)
        .toList();
  }

  static List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    DOCUMENT
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        member -> {
                          if (OpenApiDocument.METHODS.contains(member.getKey())) {
                            operations.add(
                                operation(member.getKey(), path.getKey(), member.getValue()));
                          }
                        }));
    operations.sort(
        Comparator.comparing(
            operation -> operation.template().chars().filter(c -> c == '{').count()));
    return List.copyOf(operations);
  }

  private static Operation operation(String method, String template, JsonNode node) {
    Pattern path = Pattern.compile(template.replaceAll("\\{[^}]+}", "[^/]+"));
    return new Operation(method.toUpperCase(java.util.Locale.ROOT), template, path, node);
  }

  /** The document, its references to schemas made absolute. */
  static JsonNode document() {
    return DOCUMENT;
  }

  static JsonNode pathItem(String template) {
    return DOCUMENT.path("paths").path(template);
  }

  static JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asText();
    return reference.isEmpty() ? node : DOCUMENT.at(reference.substring(1));
  }

  private static JsonNode absolute(JsonNode document) {
    return tree(document.toString().replace("\"#/components/schemas/", "\"" + ID + "#/$defs/"));
  }

  /** The schemas alone, since the rest of the document is none. */
  private static String schemas() {
    return JSON.createObjectNode().set("$defs", DOCUMENT.at("/components/schemas")).toString();
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("No JSON: " + text, e);
    }
  }

  private static void note(String line) {
    if (!NOTED.add(line)) {
      return;
    }
    try {
      Files.createDirectories(REACHED);
      Files.writeString(
          REACHED.resolve(ProcessHandle.current().pid() + ".txt"),
          line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
