package io.autotaskprovisioner.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.support.MutableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {

  private final MutableClock clock = MutableClock.standing();
  private final LoginThrottle throttle = new LoginThrottle(clock);

  @Test
  void a_name_may_fail_five_times_from_one_network_and_then_every_five_seconds() {
    for (int i = 0; i < 5; i++) {
      assertThat(throttle.enter("ann@example.com", "192.0.2.1")).isEmpty();
    }
    Duration wait = throttle.enter(" ANN@example.com", "192.0.2.1").orElseThrow();
    assertThat(wait).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(5));
    clock.advance(wait);
    assertThat(throttle.enter("ann@example.com", "192.0.2.1")).isEmpty();
    assertThat(throttle.enter("ann@example.com", "192.0.2.1")).isPresent();
  }

  @Test
  void another_spelling_of_the_same_account_brings_no_tries_of_its_own() {
    for (int i = 0; i < 5; i++) {
      assertThat(throttle.enter("ann@example.com", "192.0.2.1")).isEmpty();
    }
    String fullWidth = "\uFF41\uFF4E\uFF4E@example.com";
    assertThat(throttle.enter(fullWidth, "192.0.2.1")).isPresent();
    assertThat(throttle.enter("ann\uFF20EXAMPLE.com", "192.0.2.1")).isPresent();
  }

  @Test
  void a_stranger_who_guesses_holds_back_neither_the_owner_elsewhere_nor_other_names() {
    for (int i = 0; i < 100; i++) {
      throttle.enter("ann@example.com", "2001:db8::" + Integer.toHexString(i));
    }
    assertThat(throttle.enter("ann@example.com", "2001:db8::ffff")).as("his network").isPresent();
    assertThat(throttle.enter("ann@example.com", "192.0.2.1")).isEmpty();
    assertThat(throttle.enter("bob@example.com", "2001:db8::1")).isEmpty();
  }

  @Test
  void guesses_from_many_networks_at_one_name_are_slowed_to_one_a_second() {
    for (int i = 0; i < 25; i++) {
      assertThat(throttle.enter("ann@example.com", "192.0.2." + i)).isEmpty();
    }
    assertThat(throttle.enter("ann@example.com", "198.51.100.1").orElseThrow())
        .isLessThanOrEqualTo(Duration.ofSeconds(1));
    clock.advance(Duration.ofSeconds(1));
    assertThat(throttle.enter("ann@example.com", "198.51.100.1")).isEmpty();
  }

  @Test
  void what_succeeds_counts_for_nothing() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(throttle.enter("ann@example.com", "192.0.2.1")).isEmpty();
      throttle.giveBack("ann@example.com", "192.0.2.1");
    }
  }
}
