package io.autotaskprovisioner.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WritePaceTest {

  private final AtomicLong now = new AtomicLong();
  private final WritePace pace = new WritePace(128, now::get);

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  /** A group that took so long for its writes and so long for its commit. */
  private void group(int writes, Duration each, Duration commit) {
    pace.begins(writes);
    pass(each.multipliedBy(writes).plus(commit));
    pace.ends(writes, each.multipliedBy(writes).toNanos());
  }

  @Test
  void where_nothing_waits_only_trying_tells() {
    group(1, Duration.ofSeconds(20), Duration.ofSeconds(20));
    assertThat(pace.expected(0)).isEqualTo(Duration.ZERO);
  }

  @Test
  void behind_a_slow_disk_a_whole_group_waits_for_one_commit() {
    for (int i = 0; i < 30; i++) {
      group(1, Duration.ofNanos(1_000), Duration.ofMillis(500));
    }
    assertThat(pace.expected(100)).isBetween(Duration.ofMillis(490), Duration.ofMillis(510));
    assertThat(pace.expected(300)).isBetween(Duration.ofMillis(1490), Duration.ofMillis(1510));
  }

  @Test
  void behind_a_slow_way_to_the_server_each_write_waits_for_all_before_it_and_groups_are_small() {
    for (int i = 0; i < 30; i++) {
      group(10, Duration.ofMillis(100), Duration.ofMillis(20));
    }
    assertThat(pace.groupSize()).isBetween(9, 11);
    assertThat(pace.expected(99)).isBetween(Duration.ofMillis(9_900), Duration.ofMillis(10_500));
  }

  @Test
  void a_group_that_is_overdue_is_expected_to_take_as_long_again() {
    group(1, Duration.ofMillis(1), Duration.ofMillis(1));
    pace.begins(1);
    pass(Duration.ofSeconds(8));
    assertThat(pace.expected(0)).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(9));
  }

  @Test
  void a_database_that_recovers_is_believed_after_a_few_groups() {
    for (int i = 0; i < 30; i++) {
      group(1, Duration.ZERO, Duration.ofSeconds(10));
    }
    for (int i = 0; i < 6; i++) {
      group(1, Duration.ofMillis(1), Duration.ofMillis(1));
    }
    assertThat(pace.expected(1)).isLessThan(Duration.ofSeconds(1));
    assertThat(pace.groupSize()).isEqualTo(128);
  }
}
