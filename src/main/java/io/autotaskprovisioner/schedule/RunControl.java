package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.storage.StorageException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.quartz.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How runs begin, go on after a crash or a stop, and end. Quartz lets each schedule be run by one
 * process at a time; the fence of the run keeps out one that Quartz took for dead. Thread-safe; it
 * blocks, on the threads of the scheduler.
 */
final class RunControl {

  private static final Logger LOG = LoggerFactory.getLogger(RunControl.class);

  private final Map<String, Schedule> schedules;
  private final ScheduleRuns runs;
  private final RunTriggers triggers;
  private final RunPause pause;
  private final ScheduleMeters meters;

  RunControl(
      Map<String, Schedule> schedules,
      ScheduleRuns runs,
      RunTriggers triggers,
      RunPause pause,
      ScheduleMeters meters) {
    this.schedules = Map.copyOf(schedules);
    this.runs = runs;
    this.triggers = triggers;
    this.pause = pause;
    this.meters = meters;
  }

  /**
   * The run that this firing is about.
   *
   * @param triggerGroup of the trigger that fired
   * @return null where there is nothing to go on with, or the program ends
   */
  @Nullable ScheduleRun begin(String schedule, String triggerGroup) {
    ScheduleRun run =
        pause.whenStored(
            "Schedule " + schedule,
            () ->
                switch (triggerGroup) {
                  case RunTriggers.RESUMED -> runs.resume(schedule).orElse(null);
                  case RunTriggers.REQUESTED -> runs.begin(schedule, RunCause.REQUEST);
                  // Its own time, or the recovery of a firing whose process died.
                  default -> runs.begin(schedule, RunCause.CRON);
                });
    boolean goesOn =
        triggerGroup.equals(RunTriggers.RESUMED)
            || triggerGroup.equals(Scheduler.DEFAULT_RECOVERY_GROUP);
    if (run != null && goesOn) {
      LOG.info("Run {} of schedule {} goes on", run.id(), schedule);
    }
    return run;
  }

  /** The program ends: the run stays open and goes on after the next start, or elsewhere. */
  void interrupt(ScheduleRun run) {
    LOG.info("Run {} of schedule {} goes on after the next start", run.id(), run.schedule());
    try {
      triggers.resume(schedules.get(run.schedule()));
    } catch (StorageException e) {
      // The next start finds the open run.
      LOG.debug("Run {} is not noted to go on elsewhere: {}", run.id(), e.getMessage());
    }
  }

  /** Somebody else goes on with the run, as he took this process for dead. */
  void giveUp(ScheduleRun run) {
    LOG.warn("Run {} of schedule {} is another process's by now", run.id(), run.schedule());
  }

  /**
   * Ends the run.
   *
   * @param message why it is incomplete; null where it is not
   */
  void end(ScheduleRun run, long filesLeft, @Nullable String message) {
    var ended =
        pause.whenStored("The end of run " + run.id(), () -> runs.end(run, filesLeft, message));
    if (ended == null) {
      interrupt(run);
    } else if (ended.isEmpty()) {
      giveUp(run);
    } else {
      meters.ended(ended.get());
      LOG.info("{}", RunReport.line(ended.get()));
    }
  }

  /** Has every open run go on: for the start. */
  void resumeAll() {
    schedules.values().stream()
        .filter(schedule -> runs.isOpen(schedule.name()))
        .forEach(triggers::resume);
  }
}
