package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.schedule.ScheduleRun.CheckCounts;
import io.autotaskprovisioner.schedule.ScheduleRun.FileCounts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** Reads runs together with what their batches have come to. */
final class ScheduleRunRows {

  static final String SELECT =
      """
      select r.*,
        (select count(*) from schedule_run_batch j where j.run_id = r.id) as taken,
        b.refused, b.records, b.waiting, b.succeeded, b.failed, b.duplicate
      from schedule_run r
      left join (
        select j.run_id, count(b.error_message) as refused, sum(b.records_read) as records,
          sum(b.waiting_count) as waiting, sum(b.succeeded_count) as succeeded,
          sum(b.failed_count) as failed, sum(b.duplicate_count) as duplicate
        from schedule_run_batch j join batch b on b.id = j.batch_id
        group by j.run_id) b on b.run_id = r.id
      """;

  private ScheduleRunRows() {}

  /** The runs that the query finds; it begins with {@link #SELECT}. */
  static List<ScheduleRun> list(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      List<ScheduleRun> runs = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          runs.add(read(row));
        }
      }
      return runs;
    }
  }

  private static ScheduleRun read(ResultSet row) throws SQLException {
    OffsetDateTime endedAt = row.getObject("ended_at", OffsetDateTime.class);
    return new ScheduleRun(
        row.getLong("id"),
        row.getString("schedule"),
        RunCause.valueOf(row.getString("cause")),
        RunOutcome.valueOf(row.getString("outcome")),
        row.getLong("fence"),
        row.getString("message"),
        row.getObject("started_at", OffsetDateTime.class).toInstant(),
        endedAt == null ? null : endedAt.toInstant(),
        new FileCounts(
            row.getLong("taken"),
            row.getLong("refused"),
            row.getLong("files_left"),
            row.getLong("records"),
            row.getLong("waiting"),
            row.getLong("succeeded"),
            row.getLong("failed"),
            row.getLong("duplicate")),
        new CheckCounts(
            row.getLong("total"),
            row.getLong("position"),
            row.getLong("checked"),
            row.getLong("invalidated"),
            row.getLong("validated"),
            row.getLong("invalid"),
            row.getLong("undecided")));
  }
}
