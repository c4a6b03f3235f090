package io.autotaskprovisioner.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.support.MutableClock;
import io.autotaskprovisioner.support.TestDatabase;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes whose clocks are ten minutes apart. */
class IdempotencyKeysTest {

  private static final Duration APART = Duration.ofMinutes(10);
  private static final ApiRequest REQUEST =
      new ApiRequest(
          "0123456789abcdef01234567",
          "POST",
          "/instances",
          Map.of(),
          MultiMap.caseInsensitiveMultiMap(),
          MultiMap.caseInsensitiveMultiMap(),
          "{}".getBytes(StandardCharsets.UTF_8));

  private static TestDatabase database;

  @BeforeAll
  static void open() {
    database = TestDatabase.h2();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void a_node_whose_clock_is_ahead_takes_no_key_from_one_that_works_under_it() {
    assertThat(reserve(node(Duration.ofSeconds(30), Duration.ZERO), "at work").reservation())
        .isNotNull();

    assertThat(reserve(node(Duration.ofSeconds(30), APART), "at work").refusal()).isNotNull();
  }

  @Test
  void a_node_whose_clock_is_behind_has_the_key_of_a_dead_one_as_soon_as_others() {
    assertThat(reserve(node(Duration.ZERO, APART), "left behind").reservation()).isNotNull();

    assertThat(reserve(node(Duration.ZERO, Duration.ZERO), "left behind").reservation())
        .isNotNull();
  }

  private static IdempotencyKeys.Outcome reserve(IdempotencyKeys node, String key) {
    return node.reserve(1, key, REQUEST).join();
  }

  private static IdempotencyKeys node(Duration reservationTime, Duration ahead) {
    Clock clock = MutableClock.at(Instant.now().plus(ahead));
    return new IdempotencyKeys(database.database(), database.keyRing(), clock, reservationTime);
  }
}
