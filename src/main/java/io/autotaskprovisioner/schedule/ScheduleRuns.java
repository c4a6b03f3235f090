package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.schedule.ScheduleRun.CheckCounts;
import io.autotaskprovisioner.storage.Database;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of runs. Thread-safe; every method works on the calling thread and throws {@code
 * StorageException}.
 *
 * <p>At most one run of a schedule is open. Whoever begins while one is open goes on with it and
 * draws a new fence; what the one before still writes then changes nothing.
 */
final class ScheduleRuns {

  private static final String OPEN = ScheduleRunRows.SELECT + "where r.open_schedule = ?";

  private static final String RECENT =
      ScheduleRunRows.SELECT + "where r.schedule = ? order by r.started_at desc, r.id desc limit ?";

  private static final String TAKE_OVER =
      "update schedule_run set fence = ? where open_schedule = ?";

  private static final String INSERT =
      """
      insert into schedule_run (schedule, open_schedule, cause, outcome, fence, started_at)
      values (?, ?, ?, 'RUNNING', ?, ?)
      on conflict do nothing
      """;

  private static final String HOLD =
      "select id from schedule_run where id = ? and fence = ? and ended_at is null for update";

  private static final String JOIN =
      "insert into schedule_run_batch (run_id, batch_id) values (?, ?) on conflict do nothing";

  private static final String PROGRESS =
      """
      update schedule_run set total = ?, position = ?, checked = ?, invalidated = ?, validated = ?,
        invalid = ?, undecided = ?
      where id = ? and fence = ? and ended_at is null
      """;

  private static final String END =
      """
      update schedule_run set open_schedule = null, outcome = ?, message = ?, files_left = ?,
        ended_at = ?
      where id = ? and fence = ? and ended_at is null
      """;

  private final Database database;
  private final Clock clock;
  private final SecureRandom fences = new SecureRandom();

  ScheduleRuns(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Goes on with the open run, or begins one. */
  ScheduleRun begin(String schedule, RunCause cause) {
    long fence = fences.nextLong() & Long.MAX_VALUE;
    OffsetDateTime now = utc(clock.instant());
    return database.transaction(
        connection -> {
          if (update(connection, TAKE_OVER, fence, schedule) == 0
              && update(connection, INSERT, schedule, schedule, cause.name(), fence, now) == 0) {
            // Somebody has begun in between; his run is open now.
            update(connection, TAKE_OVER, fence, schedule);
          }
          return ScheduleRunRows.list(connection, OPEN, schedule).get(0);
        });
  }

  /** Goes on with the open run, if there is one. */
  Optional<ScheduleRun> resume(String schedule) {
    long fence = fences.nextLong() & Long.MAX_VALUE;
    return database.transaction(
        connection ->
            update(connection, TAKE_OVER, fence, schedule) == 0
                ? Optional.empty()
                : ScheduleRunRows.list(connection, OPEN, schedule).stream().findFirst());
  }

  boolean isOpen(String schedule) {
    return database.query(
        connection -> !ScheduleRunRows.list(connection, OPEN, schedule).isEmpty());
  }

  /** Counts the batch to the run; false if the run is somebody else's now. */
  boolean join(ScheduleRun run, long batchId) {
    return database.transaction(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(HOLD)) {
            statement.setLong(1, run.id());
            statement.setLong(2, run.fence());
            try (ResultSet row = statement.executeQuery()) {
              if (!row.next()) {
                return false;
              }
            }
          }
          update(connection, JOIN, run.id(), batchId);
          return true;
        });
  }

  /** Notes how far a verification has come; false if the run is somebody else's now. */
  boolean progress(ScheduleRun run, CheckCounts counts) {
    return database.transaction(
        connection ->
            update(
                    connection,
                    PROGRESS,
                    counts.total(),
                    counts.position(),
                    counts.checked(),
                    counts.invalidated(),
                    counts.validated(),
                    counts.invalid(),
                    counts.undecided(),
                    run.id(),
                    run.fence())
                == 1);
  }

  /**
   * Ends the run.
   *
   * @param message why it is incomplete; null where it is not
   * @return the run as it ended; empty if it is somebody else's now
   */
  Optional<ScheduleRun> end(ScheduleRun run, long filesLeft, @Nullable String message) {
    RunOutcome outcome = message == null ? RunOutcome.COMPLETED : RunOutcome.INCOMPLETE;
    OffsetDateTime now = utc(clock.instant());
    return database.transaction(
        connection -> {
          int ended =
              update(
                  connection, END, outcome.name(), message, filesLeft, now, run.id(), run.fence());
          return ended == 0
              ? Optional.empty()
              : ScheduleRunRows.list(
                      connection, ScheduleRunRows.SELECT + "where r.id = ?", run.id())
                  .stream()
                  .findFirst();
        });
  }

  /** The last runs, newest first. */
  List<ScheduleRun> recent(String schedule, int limit) {
    return database.query(connection -> ScheduleRunRows.list(connection, RECENT, schedule, limit));
  }

  private static int update(Connection connection, String sql, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement.executeUpdate();
    }
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
