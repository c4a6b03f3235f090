package io.autotaskprovisioner.autotask;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.CatalogCamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.junit.jupiter.api.Test;

/** The component's JSON metadata, which Camel's tooling reads, says what its annotations say. */
class AutotaskMetadataTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void camel_finds_the_metadata_of_the_component() throws Exception {
    JsonNode component = metadata().path("component");

    UriEndpoint endpoint = AutotaskEndpoint.class.getAnnotation(UriEndpoint.class);
    assertThat(component.path("scheme").asText()).isEqualTo(endpoint.scheme());
    assertThat(component.path("syntax").asText()).isEqualTo(endpoint.syntax());
    assertThat(component.path("title").asText()).isEqualTo(endpoint.title());
    assertThat(component.path("producerOnly").asBoolean()).isEqualTo(endpoint.producerOnly());
    assertThat(component.path("javaType").asText()).isEqualTo(AutotaskComponent.class.getName());
    assertThat(component.path("artifactId").asText()).isEqualTo("autotask-provisioner");
  }

  @Test
  void every_option_is_told_with_its_default_and_its_secrecy_and_no_other() throws Exception {
    JsonNode options = metadata().path("properties");
    List<String> annotated = new ArrayList<>(List.of("operation", "lazyStartProducer"));
    for (Field field : AutotaskConfiguration.class.getDeclaredFields()) {
      UriParam option = field.getAnnotation(UriParam.class);
      if (option != null) {
        annotated.add(field.getName());
        assertOption(options.path(field.getName()), field, option);
      }
    }
    List<String> told = new ArrayList<>();
    options.fieldNames().forEachRemaining(told::add);
    assertThat(told).containsExactlyInAnyOrderElementsOf(annotated);
  }

  @Test
  void the_path_names_the_operations() throws Exception {
    JsonNode operation = metadata().at("/properties/operation");
    UriPath path =
        AutotaskEndpoint.class.getDeclaredField("operation").getAnnotation(UriPath.class);

    assertThat(operation.path("kind").asText()).isEqualTo("path");
    assertThat(operation.path("required").asBoolean()).isTrue();
    List<String> operations = new ArrayList<>();
    operation.path("enum").forEach(name -> operations.add(name.asText()));
    assertThat(String.join(",", operations)).isEqualTo(path.enums());
    assertThat(operation.path("description").asText()).isEqualTo(path.description());
  }

  private static void assertOption(JsonNode told, Field field, UriParam option) {
    Metadata metadata = field.getAnnotation(Metadata.class);
    String javaType =
        !option.javaType().isEmpty()
            ? option.javaType()
            : metadata != null && !metadata.javaType().isEmpty()
                ? metadata.javaType()
                : field.getType().getName();
    assertThat(told.path("kind").asText()).as(field.getName()).isEqualTo("parameter");
    assertThat(told.path("description").asText())
        .as(field.getName())
        .isEqualTo(option.description());
    assertThat(told.path("defaultValue").asText())
        .as(field.getName())
        .isEqualTo(option.defaultValue());
    assertThat(told.path("label").asText()).as(field.getName()).isEqualTo(option.label());
    assertThat(told.path("secret").asBoolean()).as(field.getName()).isEqualTo(option.secret());
    assertThat(told.path("javaType").asText()).as(field.getName()).isEqualTo(javaType);
    List<String> values = new ArrayList<>();
    told.path("enum").forEach(value -> values.add(value.asText()));
    assertThat(values)
        .as(field.getName())
        .isEqualTo(option.enums().isEmpty() ? List.of() : Arrays.asList(option.enums().split(",")));
  }

  private static JsonNode metadata() throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.addComponent("autotask", new AutotaskComponent(context));
      String json = ((CatalogCamelContext) context).getComponentParameterJsonSchema("autotask");
      assertThat(json).isNotNull();
      return JSON.readTree(json);
    }
  }
}
