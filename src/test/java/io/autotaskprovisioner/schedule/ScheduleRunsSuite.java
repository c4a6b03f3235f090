package io.autotaskprovisioner.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.autotaskprovisioner.schedule.ScheduleRun.CheckCounts;
import io.autotaskprovisioner.support.MutableClock;
import io.autotaskprovisioner.support.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ScheduleRunsSuite {

  private final MutableClock clock = MutableClock.standing();
  private TestDatabase database;
  private ScheduleRuns runs;

  abstract TestDatabase open();

  @BeforeAll
  void openDatabase() {
    database = open();
    runs = new ScheduleRuns(database.database(), clock);
  }

  @AfterAll
  void closeDatabase() {
    database.close();
  }

  @BeforeEach
  void emptyDatabase() {
    database.clear();
    database.execute(
        """
        insert into account (id, email, first_name, last_name, role, user_secret_hash,
          organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
        values (1, 'a@b', 'A', 'B', 'admin', '\\x01', '\\x02', '\\x03', '\\x04', current_timestamp)
        """);
  }

  @Test
  void a_run_goes_on_under_a_new_fence_and_the_old_one_changes_nothing() {
    ScheduleRun first = runs.begin("batch", RunCause.CRON);
    insertBatch(7, null);

    ScheduleRun again = runs.resume("batch").orElseThrow();

    assertThat(again.id()).isEqualTo(first.id());
    assertThat(runs.join(first, 7)).isFalse();
    assertThat(runs.progress(first, checks(10, 5))).isFalse();
    assertThat(runs.end(first, 0, null)).isEmpty();
    assertThat(runs.recent("batch", 5).get(0).outcome()).isEqualTo(RunOutcome.RUNNING);
    assertThat(runs.join(again, 7)).isTrue();
    assertThat(runs.end(again, 0, null)).isPresent();
  }

  @Test
  void one_run_of_a_schedule_is_open_at_a_time_and_another_schedule_has_its_own() {
    ScheduleRun first = runs.begin("batch", RunCause.CRON);
    ScheduleRun second = runs.begin("batch", RunCause.REQUEST);
    ScheduleRun other = runs.begin("verify", RunCause.CRON);

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.cause()).isEqualTo(RunCause.CRON);
    assertThat(other.id()).isNotEqualTo(first.id());
    assertThat(runs.isOpen("batch")).isTrue();
  }

  @Test
  void what_has_ended_is_not_gone_on_with() {
    runs.end(runs.begin("batch", RunCause.CRON), 0, null);

    assertThat(runs.isOpen("batch")).isFalse();
    assertThat(runs.resume("batch")).isEmpty();
  }

  @Test
  void a_run_shows_its_batches_as_they_are_now() {
    ScheduleRun run = runs.begin("batch", RunCause.REQUEST);
    insertBatch(7, null);
    insertBatch(8, "It is empty.");
    runs.join(run, 7);
    runs.join(run, 7);
    runs.join(run, 8);
    clock.advance(Duration.ofSeconds(3));
    runs.end(run, 1, "One file stays.");
    database.execute(
        "update batch set records_read = 9, waiting_count = 2, succeeded_count = 4, failed_count = 3 where id = 7");

    ScheduleRun shown = runs.recent("batch", 5).get(0);

    assertThat(shown.files()).isEqualTo(new ScheduleRun.FileCounts(2, 1, 1, 9, 2, 4, 3, 0));
    assertThat(shown.outcome()).isEqualTo(RunOutcome.INCOMPLETE);
    assertThat(shown.message()).isEqualTo("One file stays.");
    assertThat(Duration.between(shown.startedAt(), shown.endedAt())).hasSeconds(3);
  }

  @Test
  void progress_is_found_again_by_who_goes_on() {
    ScheduleRun run = runs.begin("verify", RunCause.CRON);
    assertThat(runs.progress(run, checks(10, 5))).isTrue();

    assertThat(runs.resume("verify").orElseThrow().checks()).isEqualTo(checks(10, 5));
  }

  @Test
  void the_last_runs_come_first() {
    for (int i = 0; i < 3; i++) {
      runs.end(runs.begin("batch", RunCause.CRON), i, null);
      clock.advance(Duration.ofDays(1));
    }

    assertThat(runs.recent("batch", 2))
        .extracting(run -> run.files().left())
        .containsExactly(2L, 1L);
  }

  @Test
  void housekeeping_forgets_old_runs_and_all_but_the_last_thousand_but_no_open_one()
      throws Exception {
    insertBatch(7, null);
    database.execute(
        """
        insert into schedule_run (schedule, cause, outcome, fence, started_at, ended_at)
        select 'batch', 'CRON', 'COMPLETED', 1, current_timestamp, current_timestamp
        from generate_series(1, 1010)
        """,
        """
        insert into schedule_run (schedule, cause, outcome, fence, started_at, ended_at)
        select 'verify', 'CRON', 'COMPLETED', 1, t.at, t.at
        from (select current_timestamp - interval '91' day as at) t
        """,
        """
        insert into schedule_run (schedule, open_schedule, cause, outcome, fence, started_at)
        select 'verify', 'verify', 'CRON', 'RUNNING', 1, current_timestamp - interval '99' day
        """,
        "insert into schedule_run_batch select id, 7 from schedule_run");

    database.execute(housekeeping());

    assertThat(database.number("select count(*) from schedule_run where schedule = 'batch'"))
        .isEqualTo(1000);
    assertThat(database.number("select count(*) from schedule_run where schedule = 'verify'"))
        .isEqualTo(1);
    assertThat(runs.isOpen("verify")).isTrue();
    assertThat(database.number("select count(*) from schedule_run_batch")).isEqualTo(1001);
  }

  /** The statement of the route. */
  private static String housekeeping() throws Exception {
    return new ObjectMapper(new YAMLFactory())
        .readTree(Path.of("routes/housekeeping.camel.yaml").toFile()).findParents("id").stream()
            .filter(node -> node.path("id").asText().equals("choose-old-schedule-runs"))
            .findFirst()
            .orElseThrow()
            .at("/expression/constant/expression")
            .asText()
            .replace(":?reach", "" + Long.MAX_VALUE);
  }

  private static CheckCounts checks(long total, long checked) {
    return new CheckCounts(total, 1000 + checked, checked, 1, 2, 3, 4);
  }

  private void insertBatch(long id, String error) {
    database.execute(
        """
        insert into batch (id, account_id, door, name, result_name, checksum, size_bytes, format,
          status, error_message, created_at)
        values (%d, 1, 'SCHEDULE', 'f.csv', 'f-%d', 'x', 1, 'CSV', 'RUNNING', %s, current_timestamp)
        """
            .formatted(id, id, error == null ? "null" : "'" + error + "'"));
  }
}
