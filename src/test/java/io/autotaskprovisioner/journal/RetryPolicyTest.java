package io.autotaskprovisioner.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private final RetryPolicy policy =
      new RetryPolicy(
          Duration.ofSeconds(5), Duration.ofMinutes(15), Duration.ofHours(24), new Random(7));

  @Test
  void rows_that_were_told_the_same_retry_after_come_back_apart_and_none_too_early() {
    Failure throttled = new Failure(FailureClass.THROTTLED, "Busy", null, Duration.ofSeconds(300));
    Set<Instant> times = new HashSet<>();
    for (int row = 0; row < 100; row++) {
      times.add(policy.nextAttempt(throttled, 1, NOW, NOW).orElseThrow());
      times.add(policy.afterPause(throttled, NOW));
    }

    assertThat(times).hasSizeGreaterThan(190);
    assertThat(times)
        .allSatisfy(time -> assertThat(time).isBetween(NOW.plusSeconds(300), NOW.plusSeconds(375)));
  }

  @Test
  void a_retry_after_below_the_delay_changes_nothing() {
    Failure soon = new Failure(FailureClass.THROTTLED, "Busy", null, Duration.ofSeconds(1));

    assertThat(policy.nextAttempt(soon, 8, NOW, NOW).orElseThrow())
        .isBetween(NOW.plusSeconds(320), NOW.plusSeconds(640));
  }
}
