package io.autotaskprovisioner.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LimitsTest extends SimulatorCase {

  private static final String THRESHOLD = "ThresholdInformation";

  @Test
  void the_threshold_tells_limit_window_and_a_count_that_rises_per_tenant() throws Exception {
    JsonNode first = json(acme(THRESHOLD));
    acmeCalls("Version", 3);
    JsonNode later =
        json(login(THRESHOLD, "api.billing@acme.example", "acme-billing-secret", CODE));
    JsonNode other = json(login(THRESHOLD, "api.user@globex.example", "globex-api-secret", CODE));

    assertThat(first.toString())
        .isEqualTo(
            "{\"externalRequestThreshold\":10000,\"requestThresholdTimeframe\":60,"
                + "\"currentTimeframeRequestCount\":1}");
    assertThat(later.get("currentTimeframeRequestCount").asInt()).isEqualTo(5);
    assertThat(other.get("currentTimeframeRequestCount").asInt()).isEqualTo(1);
  }

  @Test
  void requests_fall_out_of_the_rolling_hour() throws Exception {
    acmeCalls("Version", 3);
    simulator.advanceClock(Duration.ofMinutes(30));
    acmeCalls("Version", 2);
    assertThat(simulator.requestCount(20264)).isEqualTo(5);

    simulator.advanceClock(Duration.ofMinutes(31));
    assertThat(simulator.requestCount(20264)).isEqualTo(2);

    simulator.advanceClock(Duration.ofMinutes(60));
    assertThat(json(acme(THRESHOLD)).get("currentTimeframeRequestCount").asInt()).isEqualTo(1);
  }

  @Test
  void rejected_logins_and_zone_lookups_do_not_count() throws Exception {
    status(login("Version", ACME, "wrong", CODE));
    status(request("/ATServicesRest/V1.0/zoneInformation?user=" + ACME));

    assertThat(simulator.requestCount(20264)).isZero();
  }

  @Test
  void over_the_limit_calls_are_refused_until_the_usage_drops() throws Exception {
    simulator.set("requestLimit", 4);
    simulator.set("usageLatency", false);
    acmeCalls("Version", 4);

    HttpResponse<String> refused = send(acme("Version"));
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("threshold of 4 external requests");
    simulator.set("requestLimitStatus", 500);
    assertThat(status(acme("Version"))).isEqualTo(500);

    simulator.advanceClock(Duration.ofMinutes(61));
    assertThat(status(acme("Version"))).isEqualTo(200);
  }

  @Test
  void the_fourth_parallel_call_of_an_entity_is_a_429_and_other_entities_are_free()
      throws Exception {
    simulator.set("latencyMillis", 1500);
    List<CompletableFuture<HttpResponse<String>>> held = hold(3, acme("Companies/0"));

    simulator.set("latencyMillis", 0);
    HttpResponse<String> fourth = send(acme("Companies/entityInformation/fields"));
    int otherEntity = status(acme("Version"));
    int otherTenant =
        status(login("Companies/0", "api.user@globex.example", "globex-api-secret", CODE));

    assertThat(fourth.statusCode()).isEqualTo(429);
    assertThat(fourth.body())
        .isEqualTo("{\"errors\":[\"API thread threshold of 3 threads has been exceeded.\"]}");
    assertThat(otherEntity).isEqualTo(200);
    assertThat(otherTenant).isEqualTo(200);
    assertThat(held).allSatisfy(call -> assertThat(call.join().statusCode()).isEqualTo(200));
    assertThat(status(acme("Companies/0"))).isEqualTo(200);
  }

  @Test
  void by_a_switch_all_tenants_of_a_code_share_the_three_threads() throws Exception {
    simulator.set("threadScope", "code");
    simulator.set("latencyMillis", 1500);
    List<CompletableFuture<HttpResponse<String>>> held = hold(3, acme("Companies/0"));

    int otherTenant =
        status(login("Companies/0", "api.user@globex.example", "globex-api-secret", CODE));

    assertThat(otherTenant).isEqualTo(429);
    held.forEach(CompletableFuture::join);
  }

  @Test
  void exactly_three_of_thirty_parallel_calls_get_a_thread() {
    simulator.set("latencyMillis", 1500);
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      calls.add(sendAsync(acme("Invoices/1001")));
    }

    assertThat(calls.stream().filter(call -> call.join().statusCode() == 200)).hasSize(3);
    assertThat(calls.stream().filter(call -> call.join().statusCode() == 429)).hasSize(27);
  }

  @Test
  void a_caller_that_hangs_up_gives_its_thread_back() throws Exception {
    simulator.set("latencyMillis", 60_000);
    HttpRequest impatient = acme("Companies/0").timeout(Duration.ofMillis(200)).build();
    for (int i = 0; i < 3; i++) {
      assertThat(
              HTTP.sendAsync(impatient, HttpResponse.BodyHandlers.ofString())
                  .handle((answer, failure) -> failure != null)
                  .join())
          .isTrue();
    }
    simulator.set("latencyMillis", 0);

    await()
        .atMost(5, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(status(acme("Companies/0"))).isEqualTo(200));
  }

  @Test
  void answers_slow_down_from_half_and_from_three_quarters_of_the_limit() throws Exception {
    simulator.set("requestLimit", 8);
    acmeCalls("Version", 3);

    assertThat(millisOf(acme("Version"))).isGreaterThanOrEqualTo(500L);
    acmeCalls("Version", 1);
    assertThat(millisOf(acme("Version"))).isGreaterThanOrEqualTo(1000L);
  }

  private static void acmeCalls(String path, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      assertThat(status(acme(path))).isEqualTo(200);
    }
  }

  private static long millisOf(HttpRequest.Builder request) throws Exception {
    Instant start = Instant.now();
    assertThat(status(request)).isEqualTo(200);
    return Duration.between(start, Instant.now()).toMillis();
  }

  private static List<CompletableFuture<HttpResponse<String>>> hold(
      int count, HttpRequest.Builder request) throws Exception {
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(sendAsync(request));
    }
    await()
        .atMost(5, TimeUnit.SECONDS)
        .until(() -> json(request("/simulator")).get("callsUnderWay").asInt() == count);
    return calls;
  }
}
