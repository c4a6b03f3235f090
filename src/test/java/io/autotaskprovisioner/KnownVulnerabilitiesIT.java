package io.autotaskprovisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Holds what {@code vex.json} says of known holes to the bill of materials and to the tests. */
class KnownVulnerabilitiesIT {

  /** Set by the profile that writes the bill. */
  private static final String BILL = "bill.of.materials";

  /** What advisories name that we ship the neighbours of. */
  private static final List<String> NOT_SHIPPED =
      List.of(
          "org.quartz-scheduler/quartz-jobs",
          "org.apache.artemis/artemis-openwire-protocol",
          "org.springframework/spring-web",
          "org.springframework/spring-webmvc",
          "org.springframework/spring-webflux");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> versions = new HashMap<>();
  private static JsonNode vulnerabilities;

  @BeforeAll
  static void read() throws IOException {
    String bill = System.getProperty(BILL);
    assumeTrue(bill != null, "Built with -Doffline: no bill of materials");
    for (JsonNode component : JSON.readTree(Path.of(bill).toFile()).path("components")) {
      versions.put(
          component.path("group").asText() + "/" + component.path("name").asText(),
          component.path("version").asText());
    }
    try (InputStream vex =
        Objects.requireNonNull(Application.class.getResourceAsStream("/META-INF/sbom/vex.json"))) {
      vulnerabilities = JSON.readTree(vex).path("vulnerabilities");
    }
  }

  @Test
  void the_bill_names_every_library_beside_the_jar() throws IOException {
    try (Stream<Path> libraries = Files.list(Path.of("target", "lib"))) {
      assertThat(libraries.map(library -> library.getFileName().toString()))
          .allSatisfy(
              library ->
                  assertThat(versions)
                      .anySatisfy(
                          (name, version) ->
                              assertThat(library)
                                  .startsWith(
                                      name.substring(name.indexOf('/') + 1) + "-" + version)));
    }
  }

  @Test
  void what_is_closed_by_a_version_is_closed_by_the_version_that_is_shipped() {
    SoftAssertions softly = new SoftAssertions();
    for (JsonNode vulnerability : vulnerabilities) {
      for (String closedBy : properties(vulnerability, "closedByVersion")) {
        for (String component : components(vulnerability)) {
          softly
              .assertThat(numbers(versions.getOrDefault(component, "0")))
              .as("%s, %s, closed by %s", vulnerability.path("id").asText(), component, closedBy)
              .isGreaterThanOrEqualTo(numbers(closedBy));
        }
      }
    }
    softly.assertAll();
  }

  @Test
  void each_says_of_what_is_shipped_how_it_is_closed_and_names_a_test_that_exists() {
    assertThat(vulnerabilities).isNotEmpty();
    SoftAssertions softly = new SoftAssertions();
    for (JsonNode vulnerability : vulnerabilities) {
      String id = vulnerability.path("id").asText();
      softly
          .assertThat(versions)
          .as(id)
          .containsKeys(components(vulnerability).toArray(String[]::new));
      JsonNode analysis = vulnerability.path("analysis");
      softly.assertThat(analysis.path("detail").asText()).as(id).isNotBlank();
      if (analysis.path("state").asText().equals("resolved")) {
        softly.assertThat(properties(vulnerability, "closedByVersion")).as(id).isNotEmpty();
      } else {
        softly.assertThat(analysis.path("justification").asText()).as(id).isNotBlank();
      }
      List<String> tests = properties(vulnerability, "test");
      softly.assertThat(tests).as(id).isNotEmpty();
      tests.forEach(test -> softly.assertThat(isTest(test)).as("%s: %s", id, test).isTrue());
    }
    softly.assertAll();
  }

  @Test
  void what_is_not_shipped_is_in_no_bill() {
    assertThat(versions).doesNotContainKeys(NOT_SHIPPED.toArray(String[]::new));
  }

  @Test
  void the_servers_of_camel_main_are_asked_for_no_authentication() throws IOException {
    assertThat(Files.readString(Path.of("application.properties")))
        .doesNotContainPattern("(?i)authentication-?enabled|authentication-?path|jwt");
  }

  private static List<String> components(JsonNode vulnerability) {
    List<String> components = new ArrayList<>();
    vulnerability
        .path("affects")
        .forEach(
            affected -> components.add(affected.path("ref").asText().replace("pkg:maven/", "")));
    return components;
  }

  private static List<String> properties(JsonNode vulnerability, String name) {
    List<String> values = new ArrayList<>();
    for (JsonNode property : vulnerability.path("properties")) {
      if (property.path("name").asText().equals(name)) {
        values.add(property.path("value").asText());
      }
    }
    return values;
  }

  /** The numbers of a version, each so wide that the texts are ordered as they are. */
  private static String numbers(String version) {
    StringBuilder numbers = new StringBuilder();
    for (String part : version.split("[.-]")) {
      if (part.matches("\\d+")) {
        numbers.append("%06d.".formatted(Integer.parseInt(part)));
      }
    }
    return numbers.toString();
  }

  private static boolean isTest(String name) {
    String[] parts = name.split("#");
    try {
      Class<?> type = Class.forName(parts[0], false, KnownVulnerabilitiesIT.class.getClassLoader());
      return Arrays.stream(type.getDeclaredMethods())
              .filter(method -> method.getName().equals(parts[1]))
              .anyMatch(
                  method ->
                      method.isAnnotationPresent(Test.class)
                          || method.isAnnotationPresent(ParameterizedTest.class))
          || Arrays.stream(type.getDeclaredFields())
              .anyMatch(
                  field ->
                      field.getName().equals(parts[1])
                          && field.isAnnotationPresent(ArchTest.class));
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
