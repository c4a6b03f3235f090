package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.StorageException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * {@code schedule.runs}, and gauges read from the database, so that every process of a cluster
 * shows the same: when the last run ended, how long it took, how many instances are invalid.
 */
final class ScheduleMeters {

  private static final String INVALID = "select count(*) from instance where valid = false";

  private final MeterRegistry registry;

  ScheduleMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void register(Collection<Schedule> schedules, ScheduleRuns runs, Database database) {
    for (Schedule schedule : schedules) {
      lastRun(
          "schedule.last.run.timestamp.seconds",
          "When the last run that has ended did, in seconds since 1970",
          schedule,
          runs,
          run -> run.endedAt().getEpochSecond());
      lastRun(
          "schedule.last.run.duration.seconds",
          "How long the last run that has ended took",
          schedule,
          runs,
          run -> Duration.between(run.startedAt(), run.endedAt()).toMillis() / 1000.0);
    }
    Gauge.builder("instances.invalid", database, ScheduleMeters::invalid)
        .description("Instances whose login Autotask rejected when it was last verified")
        .register(registry);
  }

  void ended(ScheduleRun run) {
    registry
        .counter(
            "schedule.runs",
            "schedule",
            run.schedule(),
            "outcome",
            run.outcome().name().toLowerCase(Locale.ROOT))
        .increment();
  }

  private void lastRun(
      String name,
      String description,
      Schedule schedule,
      ScheduleRuns runs,
      ToDoubleFunction<ScheduleRun> value) {
    Gauge.builder(name, runs, source -> lastEnded(source, schedule.name(), value))
        .description(description)
        .tag("schedule", schedule.name())
        .register(registry);
  }

  /** Not a number before the first run has ended, and while the database does not answer. */
  private static double lastEnded(
      ScheduleRuns runs, String schedule, ToDoubleFunction<ScheduleRun> value) {
    try {
      return runs.recent(schedule, 2).stream()
          .filter(run -> run.endedAt() != null)
          .findFirst()
          .map(value::applyAsDouble)
          .orElse(Double.NaN);
    } catch (StorageException e) {
      return Double.NaN;
    }
  }

  private static double invalid(Database database) {
    try {
      return database.query(
          connection -> {
            try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(INVALID)) {
              row.next();
              return row.getDouble(1);
            }
          });
    } catch (StorageException e) {
      return Double.NaN;
    }
  }
}
