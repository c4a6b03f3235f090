package io.autotaskprovisioner.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlTest extends SimulatorCase {

  @Test
  void switches_are_changed_by_http_and_hold_at_once() throws Exception {
    JsonNode after = json(put("/simulator/settings", "{\"requireHeaders\":true}"));

    assertThat(after.get("requireHeaders").asBoolean()).isTrue();
    assertThat(after.get("threadLimit").asInt()).isEqualTo(3);
    assertThat(status(basic("Version", ACME, ACME_SECRET))).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'requireHeader':true}; did you mean 'requireHeaders'",
        "{'latencyMillis':-1}; latencyMillis is -1: give a whole number from 0 to 600000",
        "{'latencyMillis':'5'}; latencyMillis",
        "{'latencyMillis':null}; latencyMillis",
        "{'notFoundAnswer':'xml'}; give one of [html, json]",
        "{'zoneUrl':null}; zoneUrl",
        "{'integrationCodes':null}; integrationCodes",
        "[]; The body has to be a JSON object",
        "{; The body is no JSON"
      })
  void a_wrong_change_is_a_400_that_names_it_and_changes_nothing(String body, String text)
      throws Exception {
    Switches before = simulator.switches();

    HttpResponse<String> answer = send(put("/simulator/settings", body.replace('\'', '"')));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(answer.body()).get("error").asText()).contains(text);
    assertThat(simulator.switches()).isEqualTo(before);
  }

  @Test
  void users_are_put_listed_locked_unlocked_and_removed() throws Exception {
    String path = "/simulator/users/new%2Buser@acme.example";
    JsonNode user = json(put(path, "{\"secret\":\"top-secret-1\",\"ci\":77}"));

    assertThat(user.get("login").asText()).isEqualTo("new+user@acme.example");
    assertThat(status(login("Version", "new+user@acme.example", "top-secret-1", CODE)))
        .isEqualTo(200);
    assertThat(json(put(path, "{\"locked\":true}")).get("locked").asBoolean()).isTrue();
    assertThat(status(login("Version", "new+user@acme.example", "top-secret-1", CODE)))
        .isEqualTo(401);
    assertThat(json(put(path, "{\"locked\":false}")).get("locked").asBoolean()).isFalse();
    assertThat(send(request("/simulator/users")).body())
        .contains("new+user@acme.example")
        .doesNotContain("top-secret-1", ACME_SECRET);
    assertThat(status(request(path).DELETE())).isEqualTo(200);
    assertThat(status(request(path))).isEqualTo(404);
  }

  @Test
  void a_numbered_customer_can_be_changed_and_is_itself_again_after_removal() throws Exception {
    String path = "/simulator/users/user-5@customer-5.example";
    json(put(path, "{\"active\":false}"));
    assertThat(status(login("Version", "user-5@customer-5.example", "secret-5", CODE)))
        .isEqualTo(401);

    send(request(path).DELETE());

    assertThat(status(login("Version", "user-5@customer-5.example", "secret-5", CODE)))
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'ci':5}; A new user needs a secret",
        "{'secret':'s','activ':true}; did you mean 'active'",
        "{'secret':'s','zone':'x'}; zone has to be a whole number",
        "{'secret':'s','ci':0}; ci begins at 1"
      })
  void a_wrong_user_is_a_400_that_says_why(String body, String text) throws Exception {
    HttpResponse<String> answer =
        send(put("/simulator/users/x@y.example", body.replace('\'', '"')));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(text);
  }

  @Test
  void faults_come_and_go_by_http() throws Exception {
    JsonNode waiting =
        json(
            post(
                request("/simulator/faults"),
                "{\"kind\":\"not-found\",\"calls\":2,\"path\":\"Version\"}"));
    assertThat(waiting.at("/0/calls").asInt()).isEqualTo(2);
    assertThat(status(acme("Version"))).isEqualTo(404);
    assertThat(json(request("/simulator/faults")).at("/0/calls").asInt()).isEqualTo(1);
    send(request("/simulator/faults").DELETE());
    assertThat(status(acme("Version"))).isEqualTo(200);

    HttpResponse<String> wrong = send(post(request("/simulator/faults"), "{\"kind\":\"dribbel\"}"));
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("did you mean 'dribble'");
  }

  @Test
  void requests_and_counters_show_what_came_without_secrets() throws Exception {
    status(acme("Companies/query?search=x&Secret=" + ACME_SECRET));
    status(login("Version", ACME, "guessed-secret", CODE));

    String seen = send(request("/simulator/requests?limit=10")).body();
    JsonNode counters = json(request("/simulator/counters"));

    assertThat(seen).contains("/ATServicesRest/V1.0/Companies/query", ACME);
    assertThat(seen).doesNotContain(ACME_SECRET, "guessed-secret", CODE);
    assertThat(counters.get("total").asInt()).isEqualTo(2);
    assertThat(counters.at("/byStatus/401").asInt()).isEqualTo(1);
    assertThat(counters.at("/byTarget/companies").asInt()).isEqualTo(1);
  }

  @Test
  void the_state_masks_integration_codes_that_are_not_the_demos() throws Exception {
    simulator.set("integrationCodes", List.of(CODE, "PRIVATECODE0123456789012345"));

    String state = send(request("/simulator")).body();

    assertThat(state).contains(CODE, "********").doesNotContain("PRIVATECODE");
    assertThat(simulator.switches().toString()).doesNotContain("PRIVATECODE");
  }

  @Test
  void the_clock_moves_forward_by_http() throws Exception {
    simulator.set("unlockAfterSeconds", 300);
    simulator.lock(ACME);

    assertThat(status(post(request("/simulator/clock"), "{\"advance\":\"PT5M\"}"))).isEqualTo(200);

    assertThat(status(acme("Version"))).isEqualTo(200);
    assertThat(status(post(request("/simulator/clock"), "{\"advance\":\"-PT5M\"}"))).isEqualTo(400);
    assertThat(status(post(request("/simulator/clock"), "{\"advance\":\"soon\"}"))).isEqualTo(400);
  }

  @Test
  void a_reset_brings_everything_back() throws Exception {
    simulator.set("latencyMillis", 100);
    simulator.lock(ACME);
    simulator.add(Fault.next(0, Fault.Kind.CLOSE));

    send(post(request("/simulator/reset"), ""));

    assertThat(simulator.switches()).isEqualTo(Switches.DEFAULTS);
    assertThat(status(acme("Version"))).isEqualTo(200);
  }

  @Test
  void unknown_areas_and_methods_are_told() throws Exception {
    HttpResponse<String> area = send(request("/simulator/setings"));

    assertThat(area.statusCode()).isEqualTo(404);
    assertThat(area.body()).contains("did you mean 'settings'");
    assertThat(status(request("/simulator/settings").DELETE())).isEqualTo(405);
    assertThat(status(request("/simulator/requests?limit=x"))).isEqualTo(400);
  }

  @Test
  void a_port_that_is_taken_is_told_with_its_number() {
    Vertx other = Vertx.vertx();
    try {
      assertThatThrownBy(
              () -> {
                try (Simulator second =
                    Simulator.start(other, new SimulatorSettings("127.0.0.1", simulator.port()))) {
                  assertThat(second.port()).isNotEqualTo(simulator.port());
                }
              })
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(String.valueOf(simulator.port()));
    } finally {
      other.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static java.net.http.HttpRequest.Builder put(String path, String body) {
    return send("PUT", request(path), body);
  }
}
