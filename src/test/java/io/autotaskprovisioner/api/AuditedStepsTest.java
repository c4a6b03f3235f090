package io.autotaskprovisioner.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No operation of the operator's is left out of the audit table. */
class AuditedStepsTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** An upload is a request for provisioning, and stands in the journal. */
  private static final String UPLOAD = "POST /batches";

  @Test
  void every_route_that_changes_something_beside_the_instances_ends_in_an_audited_step()
      throws IOException {
    Map<String, String> changing = new TreeMap<>();
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("api-")).toList()) {
        for (JsonNode entry : YAML.readTree(file.toFile())) {
          JsonNode from = entry.at("/route/from");
          String path = from.at("/parameters/path").asText();
          String method = from.at("/parameters/httpMethodRestrict").asText("GET");
          if (!path.startsWith("/elements") && !method.equals("GET") && !path.isEmpty()) {
            JsonNode steps = from.path("steps");
            changing.put(
                method + " " + path, steps.get(steps.size() - 1).at("/process/ref").asText());
          }
        }
      }
    }
    changing.remove(UPLOAD);

    assertThat(changing)
        .isEqualTo(
            AuditedSteps.BY_OPERATION.values().stream()
                .collect(
                    Collectors.toMap(AuditedSteps.Audit::operation, AuditedSteps.Audit::step)));
  }
}
