package io.autotaskprovisioner.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The OpenAPI document by itself and beside the route files. */
class OpenApiDocumentTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final JsonNode DOCUMENT = OpenApiDocument.read();

  /** The official schema, its copies in the jar of vertx-openapi. */
  private static final JsonSchema OFFICIAL =
      JsonSchemaFactory.getInstance(
              SpecVersion.VersionFlag.V202012,
              factory ->
                  factory.schemaMappers(
                      mappers ->
                          mappers.mapPrefix(
                              "https://spec.openapis.org/", "classpath:spec.openapis.org/")))
          .getSchema(SchemaLocation.of("https://spec.openapis.org/oas/3.1/schema-base/2022-10-07"));

  @Test
  void the_document_passes_the_official_schema_of_openapi_3_1() {
    assertThat(OFFICIAL.validate(DOCUMENT)).isEmpty();
  }

  @Test
  void the_official_schema_looks_into_operations_and_schemas() {
    ObjectNode document = DOCUMENT.deepCopy();
    ((ObjectNode) document.at("/paths/~1status/get")).putObject("answers");
    ((ObjectNode) document.at("/components/schemas/Error")).put("type", "thing");

    assertThat(OFFICIAL.validate(document).toString())
        .contains("'answers' is not evaluated", "components.schemas.Error.type");
  }

  @Test
  void every_route_that_receives_http_is_documented_and_nothing_else_is() throws IOException {
    Set<String> documented =
        DocumentedApi.operations().stream()
            .map(Object::toString)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented).isEqualTo(routes());
  }

  @Test
  void every_reference_leads_somewhere_and_every_component_is_referred_to() {
    Set<String> references = new HashSet<>(DOCUMENT.findValuesAsText("$ref"));
    List<String> components = new ArrayList<>();
    DOCUMENT
        .path("components")
        .properties()
        .forEach(
            kind ->
                kind.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        name -> components.add("#/components/" + kind.getKey() + "/" + name)));

    assertThat(components).containsAll(references);
    Set<String> unused = new TreeSet<>(components);
    unused.removeAll(references);
    unused.removeIf(name -> name.startsWith("#/components/securitySchemes/"));
    // What the server itself answers on paths that the document has no operation for.
    assertThat(unused).containsExactly("#/components/responses/MethodNotAllowed");
  }

  @Test
  void every_operation_has_an_id_of_its_own_a_summary_and_an_answer_of_success() {
    Set<String> ids = new HashSet<>();
    for (DocumentedApi.Operation operation : DocumentedApi.operations()) {
      JsonNode node = operation.node();
      assertThat(ids.add(node.path("operationId").asText())).as("id of %s", operation).isTrue();
      assertThat(node.path("operationId").asText()).matches("[a-z][A-Za-z]+");
      assertThat(node.path("summary").asText()).as("summary of %s", operation).isNotBlank();
      assertThat(node.path("tags")).as("tags of %s", operation).hasSize(1);
      assertThat(node.path("responses").properties())
          .as("answers of %s", operation)
          .anyMatch(response -> response.getKey().startsWith("2"));
    }
  }

  @Test
  void every_part_of_a_path_is_a_parameter_and_the_other_way_round() {
    for (DocumentedApi.Operation operation : DocumentedApi.operations()) {
      JsonNode pathItem = DocumentedApi.pathItem(operation.template());
      List<String> names =
          Stream.concat(elements(pathItem), elements(operation.node()))
              .map(DocumentedApi::resolved)
              .filter(parameter -> parameter.path("in").asText().equals("path"))
              .map(parameter -> "{" + parameter.path("name").asText() + "}")
              .toList();
      List<String> parts =
          java.util.regex.Pattern.compile("\\{[^}]+}")
              .matcher(operation.template())
              .results()
              .map(java.util.regex.MatchResult::group)
              .toList();
      assertThat(names)
          .as("parameters of %s", operation)
          .containsExactlyInAnyOrderElementsOf(parts);
    }
  }

  @Test
  void every_example_is_one_of_its_schema() {
    List<JsonNode> places = new ArrayList<>();
    collectWithSchema(DocumentedApi.document(), places);
    int examples = 0;
    for (JsonNode place : places) {
      List<JsonNode> given = new ArrayList<>();
      place.path("examples").forEach(example -> given.add(example.path("value")));
      if (place.has("example")) {
        given.add(place.get("example"));
      }
      for (JsonNode example : given) {
        assertThat(DocumentedApi.problems(place.get("schema"), example))
            .as("example %s", example)
            .isEmpty();
        examples++;
      }
    }
    assertThat(examples).isGreaterThan(15);
  }

  /** Parameters, headers and media types: what may have an example beside a schema. */
  private static void collectWithSchema(JsonNode node, List<JsonNode> places) {
    if (node.path("schema").isObject()) {
      places.add(node);
    }
    node.forEach(child -> collectWithSchema(child, places));
  }

  private static Stream<JsonNode> elements(JsonNode node) {
    List<JsonNode> parameters = new ArrayList<>();
    node.path("parameters").forEach(parameters::add);
    return parameters.stream();
  }

  private static Set<String> routes() throws IOException {
    Set<String> routes = new TreeSet<>();
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      for (Path file : files.toList()) {
        for (JsonNode entry : YAML.readTree(file.toFile())) {
          JsonNode from = entry.path("route").path("from");
          if (from.path("uri").asText().equals("platform-http")) {
            JsonNode parameters = from.path("parameters");
            for (String method : parameters.path("httpMethodRestrict").asText().split(",")) {
              routes.add(method + " " + parameters.path("path").asText());
            }
          }
        }
      }
    }
    return routes;
  }
}
