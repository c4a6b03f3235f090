package io.autotaskprovisioner.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.simulator.Fault.Kind;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultsTest extends SimulatorCase {

  @ParameterizedTest
  @EnumSource(names = {"CLOSE", "HALF"})
  void a_broken_connection_fails_the_caller_as_often_as_asked(Kind kind) throws Exception {
    simulator.add(Fault.next(1, kind).onPath("thresholdinformation"));

    assertThat(status(acme("Version"))).isEqualTo(200);
    assertThatThrownBy(() -> send(post(acme("ThresholdInformation"), "")))
        .isInstanceOf(IOException.class);
    assertThat(status(acme("ThresholdInformation"))).isEqualTo(200);
  }

  @Test
  void garbage_says_it_is_json_and_is_not() throws Exception {
    simulator.add(Fault.next(1, Kind.GARBAGE));

    HttpResponse<String> answer = send(acme("Version"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThatThrownBy(() -> JSON.readTree(answer.body())).isInstanceOf(IOException.class);
  }

  @Test
  void a_gateway_page_comes_until_it_is_removed() throws Exception {
    simulator.add(Fault.next(0, Kind.GATEWAY).with(503, ""));

    for (int i = 0; i < 3; i++) {
      HttpResponse<String> answer = send(acme("Version"));
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/html");
    }
    simulator.clearFaults();
    assertThat(status(acme("Version"))).isEqualTo(200);
  }

  @Test
  void errors_can_come_with_status_200() throws Exception {
    simulator.add(Fault.next(1, Kind.ERRORS).with(200, "Something was wrong"));

    HttpResponse<String> answer = send(acme("ThresholdInformation"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"errors\":[\"Something was wrong\"]}");
  }

  @Test
  void silence_lasts_until_the_caller_gives_up() {
    simulator.add(Fault.next(1, Kind.SILENCE));

    assertThatThrownBy(() -> send(acme("Version").timeout(Duration.ofMillis(300))))
        .isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void a_dribble_is_a_whole_answer_that_takes_its_time() throws Exception {
    simulator.add(Fault.next(1, Kind.DRIBBLE).after(5));
    Instant start = Instant.now();

    HttpResponse<String> answer = send(acme("ThresholdInformation"));

    assertThat(JSON.readTree(answer.body()).has("externalRequestThreshold")).isTrue();
    assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(400));
  }

  @Test
  void a_redirect_points_to_another_origin() throws Exception {
    simulator.add(Fault.next(1, Kind.REDIRECT));

    HttpResponse<String> answer = send(acme("Version"));

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Location").orElseThrow())
        .doesNotStartWith(simulator.baseUri().toString());
  }

  @Test
  void a_fault_does_not_touch_the_control() throws Exception {
    simulator.add(Fault.next(0, Kind.CLOSE));

    assertThat(status(request("/simulator"))).isEqualTo(200);
  }
}
