package io.autotaskprovisioner.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.delivery.DeliveryOutcome.Delivered;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Exhausted;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Gone;
import io.autotaskprovisioner.delivery.DeliveryOutcome.RetryAt;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryScheduleTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

  private RetrySchedule schedule(double random) {
    return new RetrySchedule(
        List.of(Duration.ofSeconds(10), Duration.ofMinutes(10)), clock, () -> random);
  }

  private static PostAnswer status(int status, String retryAfter) {
    return PostAnswer.status(status, retryAfter);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 299})
  void every_2xx_is_delivered(int status) {
    assertThat(schedule(0).outcome(status(status, null), 0)).isEqualTo(new Delivered(status));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308, 400, 401, 404, 429, 500, 502, 503})
  void everything_else_is_tried_again_and_then_exhausted(int status) {
    assertThat(schedule(0.5).outcome(status(status, null), 0))
        .isInstanceOfSatisfying(
            RetryAt.class, retry -> assertThat(retry.nextAttempt()).isEqualTo(NOW.plusSeconds(10)));
    assertThat(schedule(0.5).outcome(status(status, null), 1))
        .isInstanceOfSatisfying(
            RetryAt.class,
            retry -> assertThat(retry.nextAttempt()).isEqualTo(NOW.plusSeconds(600)));
    assertThat(schedule(0.5).outcome(status(status, null), 2)).isInstanceOf(Exhausted.class);
  }

  @Test
  void a_410_is_gone_whatever_the_attempt() {
    assertThat(schedule(0).outcome(status(410, null), 0)).isInstanceOf(Gone.class);
    assertThat(schedule(0).outcome(status(410, null), 99)).isInstanceOf(Gone.class);
  }

  @ParameterizedTest
  @CsvSource({"0, 9000", "0.5, 10000", "0.999999, 11000"})
  void waits_vary_by_a_tenth(double random, long millis) {
    assertThat(schedule(random).outcome(PostAnswer.failed("no connection"), 0))
        .isEqualTo(new RetryAt(NOW.plusMillis(millis), null, "no connection"));
  }

  @ParameterizedTest
  @CsvSource({
    "429, 120, 120",
    "503, 120, 120",
    "503, 3, 10",
    "500, 120, 10",
    "429, '  60 ', 60",
    "429, soon, 10",
    "429, -5, 10",
    "429, 'Fri, 02 Jan 2026 03:06:05 GMT', 120",
    "429, 'Fri, 02 Jan 2026 03:00:00 GMT', 10",
    "429, 99999999999999999999, 86400",
    "429, 'Fri, 02 Jan 2099 03:00:00 GMT', 86400"
  })
  void retry_after_is_a_lower_bound_of_at_most_a_day(int status, String field, long seconds) {
    assertThat(schedule(0.5).outcome(status(status, field), 0))
        .isInstanceOfSatisfying(
            RetryAt.class,
            retry -> assertThat(retry.nextAttempt()).isEqualTo(NOW.plusSeconds(seconds)));
  }
}
