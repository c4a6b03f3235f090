package io.autotaskprovisioner.schedule;

import java.time.Duration;

/** A run that has ended, in one line. */
final class RunReport {

  private RunReport() {}

  static String line(ScheduleRun run) {
    String what =
        run.schedule().equals(Schedules.VERIFY)
            ? "checked %d instances: %d became invalid, %d valid again, %d rejected in all, %d undecided"
                .formatted(
                    run.checks().checked(),
                    run.checks().invalidated(),
                    run.checks().validated(),
                    run.checks().invalid(),
                    run.checks().undecided())
            : "took %d files with %d records into the journal, %d files stay"
                .formatted(run.files().taken(), run.files().rows(), run.files().left());
    return "Run %d of schedule %s ended after %d s: %s"
        .formatted(
            run.id(),
            run.schedule(),
            Duration.between(run.startedAt(), run.endedAt()).toSeconds(),
            what);
  }
}
