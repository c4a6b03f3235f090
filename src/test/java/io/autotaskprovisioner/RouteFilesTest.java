package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RouteFilesTest {

  private static final Path ROUTES = Path.of("routes");
  static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
          .getSchema(
              RouteFilesTest.class
                  .getClassLoader()
                  .getResourceAsStream("schema/camelYamlDsl.json"));

  static Stream<Path> routeFiles() throws IOException {
    try (Stream<Path> files = Files.list(ROUTES)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("routeFiles")
  void a_route_file_passes_the_schema_of_camels_yaml_dsl(Path file) throws IOException {
    assertThat(SCHEMA.validate(YAML.readTree(file.toFile()))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("routeFiles")
  void a_route_file_begins_with_a_comment_that_says_what_it_is_for(Path file) throws IOException {
    assertThat(file.getFileName().toString()).matches("[a-z-]+\\.camel\\.yaml");
    assertThat(Files.readAllLines(file).get(0)).matches("# .{30,}");
  }

  @ParameterizedTest
  @MethodSource("routeFiles")
  void every_route_has_an_id_after_its_file_and_a_description(Path file) throws IOException {
    String stem = file.getFileName().toString().replace(".camel.yaml", "");
    for (JsonNode entry : YAML.readTree(file.toFile())) {
      JsonNode part = entry.elements().next();
      assertThat(part.path("id").asText()).as("id in %s", file).startsWith(stem.split("-")[0]);
      assertThat(part.path("description").asText())
          .as("description in %s", file)
          .hasSizeGreaterThan(20);
      if (entry.has("route")) {
        assertThat(part.path("id").asText()).as("route id in %s", file).startsWith(stem);
        assertThat(part.path("from").path("id").asText()).as("from id in %s", file).isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("routeFiles")
  void every_step_that_calls_out_or_changes_the_message_has_an_id(Path file) throws IOException {
    List<JsonNode> steps = new ArrayList<>();
    collectSteps(YAML.readTree(file.toFile()), steps);
    for (JsonNode step : steps) {
      assertThat(step.path("id").asText()).as("step %s in %s", step, file).matches("[a-z0-9-]+");
    }
  }

  /** An errorHandler at the top of one file silently becomes that of every file. */
  @ParameterizedTest
  @MethodSource("routeFiles")
  void a_route_file_holds_routes_and_their_configurations_alone(Path file) throws IOException {
    for (JsonNode entry : YAML.readTree(file.toFile())) {
      assertThat(entry.fieldNames().next()).as("in %s", file).isIn("route", "routeConfiguration");
    }
  }

  @Test
  void a_direct_endpoint_bears_the_id_of_its_route() throws IOException {
    for (Path file : routeFiles().toList()) {
      for (JsonNode entry : YAML.readTree(file.toFile())) {
        JsonNode from = entry.path("route").path("from");
        if (from.path("uri").asText().equals("direct")) {
          assertThat(from.path("parameters").path("name").asText())
              .isEqualTo(entry.path("route").path("id").asText());
        }
      }
    }
  }

  @Test
  void ids_are_unique_over_all_files() throws IOException {
    Set<String> seen = new HashSet<>();
    for (Path file : routeFiles().toList()) {
      for (JsonNode id : YAML.readTree(file.toFile()).findValues("id")) {
        assertThat(seen.add(id.asText())).as("id %s in %s", id.asText(), file).isTrue();
      }
    }
  }

  private static void collectSteps(JsonNode node, List<JsonNode> steps) {
    JsonNode list = node.path("steps");
    for (JsonNode step : list) {
      steps.add(step.elements().next());
    }
    node.forEach(child -> collectSteps(child, steps));
  }
}
