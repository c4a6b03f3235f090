package io.autotaskprovisioner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZonesTest extends SimulatorCase {

  private static final String ZONE = "/ATServicesRest/V1.0/zoneInformation";

  @Test
  void a_known_login_gets_its_zone_without_credentials() throws Exception {
    JsonNode zone = json(request(ZONE + "?user=api.user%40acme.example"));

    assertThat(zone.fieldNames()).toIterable().containsExactly("zoneName", "url", "webUrl", "ci");
    assertThat(zone.get("url").asText()).isEqualTo(simulator.baseUri() + "/ATServicesRest/");
    assertThat(zone.get("webUrl").asText()).isEqualTo(simulator.baseUri() + "/");
    assertThat(zone.get("ci").isInt()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?user=", "?user=nobody%40acme.example", "?user=%20"})
  void an_unknown_blank_or_missing_login_is_a_500_with_the_services_text(String query)
      throws Exception {
    HttpResponse<String> answer = send(request(ZONE + query));

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body())
        .isEqualTo("{\"errors\":[\"Zone information could not be determined\"]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/atservicesrest/v1.0/ZoneInformation",
        "/ATServicesRest//V1.0//zoneInformation",
        "/AtServicesRest/v1.0/zoneinformation/"
      })
  void paths_are_compared_without_case_and_with_doubled_slashes(String path) throws Exception {
    assertThat(status(request(path + "?user=" + ACME))).isEqualTo(200);
  }

  @Test
  void every_numbered_customer_is_known_and_has_a_database_of_its_own() throws Exception {
    JsonNode first = json(request(ZONE + "?user=user-1@customer-1.example"));
    JsonNode last = json(request(ZONE + "?user=User-1000000@Customer-1000000.example"));

    assertThat(first.get("ci").asInt()).isNotEqualTo(last.get("ci").asInt());
    assertThat(status(request(ZONE + "?user=user-1@customer-2.example"))).isEqualTo(500);
    assertThat(status(request(ZONE + "?user=user-1000001@customer-1000001.example")))
        .isEqualTo(500);
    assertThat(
            status(
                login("ThresholdInformation", "user-400@customer-400.example", "secret-400", CODE)))
        .isEqualTo(200);
  }

  @Test
  void the_versions_name_a_V2_that_nothing_answers() throws Exception {
    assertThat(json(request("/ATServicesRest/VersionInformation")).toString())
        .isEqualTo("{\"apiVersions\":[\"V1.0\",\"V2.0\"]}");
    assertThat(status(request("/ATServicesRest/V2.0/zoneInformation?user=" + ACME))).isEqualTo(404);
  }

  @Test
  void after_a_migration_the_old_zone_rejects_and_the_new_one_accepts() throws Exception {
    assertThat(status(acme("Version"))).isEqualTo(200);
    simulator.put(simulator.user(ACME).inZone(29));

    HttpResponse<String> old = send(acme("Version"));
    String url = json(request(ZONE + "?user=" + ACME)).get("url").asText();

    assertThat(old.statusCode()).isEqualTo(401);
    assertThat(url).isEqualTo(simulator.baseUri() + "/zones/29/ATServicesRest/");
    assertThat(status(acme(url + "V1.0/Version"))).isEqualTo(200);
    assertThat(simulator.isLocked(ACME)).isFalse();
  }

  @Test
  void the_zone_url_is_the_origin_that_the_caller_used() throws Exception {
    JsonNode zone = json(request("http://localhost:" + simulator.port() + ZONE + "?user=" + ACME));

    assertThat(zone.get("url").asText())
        .isEqualTo("http://localhost:" + simulator.port() + "/ATServicesRest/");
  }

  @Test
  void a_switch_makes_the_zone_point_elsewhere() throws Exception {
    simulator.set("zoneUrl", "https://evil.example/ATServicesRest/");

    assertThat(json(request(ZONE + "?user=" + ACME)).get("url").asText())
        .isEqualTo("https://evil.example/ATServicesRest/");
  }

  @Test
  void an_interactive_user_has_a_zone_but_cannot_call() throws Exception {
    assertThat(status(request(ZONE + "?user=jane.doe@acme.example"))).isEqualTo(200);
    assertThat(status(login("Version", "jane.doe@acme.example", "jane-doe-secret", CODE)))
        .isEqualTo(401);
  }

  @Test
  void an_unknown_path_is_an_html_page_or_by_a_switch_json() throws Exception {
    HttpResponse<String> html = send(acme("Nothing"));
    simulator.set("notFoundAnswer", "json");
    HttpResponse<String> json = send(request("/V1.0/Companies/0"));

    assertThat(html.statusCode()).isEqualTo(404);
    assertThat(html.headers().firstValue("Content-Type")).hasValue("text/html");
    assertThat(html.body()).contains("404 - File or directory not found.");
    assertThat(json.statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(json.body()).get("Message").asText())
        .startsWith("No HTTP resource was found");
  }
}
