package io.autotaskprovisioner.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.support.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SecretThrottleTest {

  private static final CallerSecrets ANN = new CallerSecrets("user-of-ann", "organization-of-ann");
  private static final CallerSecrets BOB = new CallerSecrets("user-of-bob", "organization-of-bob");
  private static final String HERE = "192.0.2.1";
  private static final String ELSEWHERE = "198.51.100.7";

  private final MutableClock clock = MutableClock.standing();
  private final SecretThrottle throttle = new SecretThrottle(clock);
  private final AtomicInteger lookUps = new AtomicInteger();

  @Test
  void a_network_may_guess_twenty_times_and_then_once_a_second() {
    guessFrom(HERE, 20);

    assertThatThrownBy(() -> guess(HERE, "one more"))
        .isInstanceOfSatisfying(
            TooManyGuessesException.class,
            refused -> assertThat(refused.retryAfter()).isPositive().isLessThanOrEqualTo(second()));
    clock.advance(second());
    assertThat(guess(HERE, "one more")).isEmpty();
    assertRefused(() -> guess(HERE, "and another"));
    assertThat(lookUps).hasValue(21);
  }

  @Test
  void a_right_guess_is_refused_as_well_or_a_guesser_would_learn_from_it() {
    guessFrom(HERE, 20);

    assertRefused(() -> rightly(ANN, HERE));
  }

  @Test
  void who_was_let_in_before_is_not_held_up_by_a_guesser_on_the_same_network() {
    rightly(ANN, HERE);
    for (int hour = 0; hour < 40; hour++) {
      guessUntilRefused(HERE);
      clock.advance(Duration.ofHours(1));
      guessUntilRefused(HERE);
      assertThat(rightly(ANN, HERE)).isPresent();
    }
  }

  @Test
  void somebody_new_behind_a_guesser_waits_five_minutes_at_most_once_the_guesser_rests() {
    List<CompletableFuture<Optional<String>>> atOnce = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      CompletableFuture<Optional<String>> slow = new CompletableFuture<>();
      throttle.ofCaller(new CallerSecrets("guess " + i, "x"), HERE, () -> slow);
      atOnce.add(slow);
    }
    atOnce.forEach(slow -> slow.complete(Optional.empty()));

    assertRefused(() -> rightly(BOB, HERE));
    clock.advance(Duration.ofMinutes(4));
    assertRefused(() -> rightly(BOB, HERE));
    clock.advance(Duration.ofMinutes(1).plus(second()));
    assertThat(rightly(BOB, HERE)).isPresent();
  }

  @Test
  void many_new_callers_at_once_are_all_let_in() {
    List<CompletableFuture<Optional<String>>> atOnce = new ArrayList<>();
    List<CompletableFuture<Optional<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      CompletableFuture<Optional<String>> slow = new CompletableFuture<>();
      answers.add(throttle.ofCaller(new CallerSecrets("right " + i, "x"), HERE, () -> slow));
      atOnce.add(slow);
    }
    atOnce.forEach(slow -> slow.complete(Optional.of("account")));

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isPresent());
  }

  @Test
  void the_same_wrong_secrets_again_are_no_new_guess() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(guess(HERE, "an old secret")).isEmpty();
    }
    assertThat(rightly(BOB, HERE)).isPresent();
  }

  @Test
  void guesses_at_the_second_half_are_slowed_from_wherever_they_come() {
    for (int i = 0; i < 50; i++) {
      CallerSecrets guess = new CallerSecrets(ANN.user(), "guess " + i);
      assertThat(wrongly(guess, "203.0.113." + i)).isEmpty();
    }
    assertRefused(() -> wrongly(new CallerSecrets(ANN.user(), "one more"), ELSEWHERE));
    assertThat(rightly(BOB, ELSEWHERE)).as("another caller there").isPresent();
  }

  @Test
  void guesses_of_tokens_are_slowed_and_hold_up_nobody_elsewhere() {
    for (int i = 0; i < 20; i++) {
      assertThat(token(HERE, "guess " + i, Optional.empty())).isEmpty();
    }
    assertRefused(() -> token(HERE, "right", Optional.of("instance")));
    assertThat(token(ELSEWHERE, "right", Optional.of("instance"))).isPresent();
  }

  @Test
  void a_network_of_ipv6_is_what_one_subscriber_has() {
    for (int i = 0; i < 20; i++) {
      guess("2001:db8::" + Integer.toHexString(i), "guess " + i);
    }
    assertRefused(() -> guess("2001:db8::ffff", "one more"));
    assertThat(guess("2001:db8:0:1::1", "one more")).isEmpty();
  }

  @Test
  void a_look_up_that_fails_is_no_guess() {
    for (int i = 0; i < 100; i++) {
      CallerSecrets secrets = new CallerSecrets("user " + i, "x");
      throttle.ofCaller(
          secrets, HERE, () -> CompletableFuture.failedFuture(new IllegalStateException()));
    }
    assertThat(rightly(BOB, HERE)).isPresent();
  }

  @Test
  void secrets_that_were_right_and_are_not_any_more_are_a_guess() {
    rightly(ANN, HERE);
    assertThat(wrongly(ANN, HERE)).isEmpty();
    guessFrom(HERE, 19);

    assertRefused(() -> guess(HERE, "one more"));
  }

  private void guessFrom(String address, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(guess(address, "guess " + i)).isEmpty();
    }
  }

  private void guessUntilRefused(String address) {
    for (int i = 0; i < 100; i++) {
      try {
        guess(address, "guess " + i + " at " + clock.instant());
      } catch (TooManyGuessesException e) {
        return;
      }
    }
    throw new AssertionError("nothing was refused");
  }

  private Optional<String> guess(String address, String user) {
    return wrongly(new CallerSecrets(user, "organization"), address);
  }

  private Optional<String> wrongly(CallerSecrets secrets, String address) {
    return throttle.ofCaller(secrets, address, () -> answer(Optional.empty())).join();
  }

  private Optional<String> rightly(CallerSecrets secrets, String address) {
    return throttle.ofCaller(secrets, address, () -> answer(Optional.of("account"))).join();
  }

  private Optional<String> token(String address, String token, Optional<String> found) {
    return throttle.ofToken(ANN.user(), token, address, () -> answer(found)).join();
  }

  private CompletableFuture<Optional<String>> answer(Optional<String> found) {
    lookUps.incrementAndGet();
    return CompletableFuture.completedFuture(found);
  }

  private static void assertRefused(ThrowingCallable attempt) {
    assertThatThrownBy(attempt).isInstanceOf(TooManyGuessesException.class);
  }

  private static Duration second() {
    return SecretThrottle.EVERY;
  }
}
