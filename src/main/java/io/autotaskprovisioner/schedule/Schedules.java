package io.autotaskprovisioner.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The schedules as operators see them. Thread-safe; every method blocks on the database. */
public final class Schedules {

  /** Takes the files of the scheduled folder. */
  public static final String BATCH = "batch";

  /** Verifies stored instances again. */
  public static final String VERIFY = "verify";

  /** Our choice: so many past runs are shown. */
  private static final int SHOWN = 20;

  /**
   * A schedule at one moment.
   *
   * @param cron its Quartz expression; null where it is off
   * @param nextRun null where it is off
   * @param runs the last ones, newest first, one that is under way among them
   */
  public record Entry(
      String name,
      @Nullable String cron,
      String timeZone,
      @Nullable Instant nextRun,
      boolean running,
      List<ScheduleRun> runs) {}

  private final Map<String, Schedule> schedules;
  private final ScheduleRuns runs;
  private final RunTriggers triggers;

  Schedules(Map<String, Schedule> schedules, ScheduleRuns runs, RunTriggers triggers) {
    this.schedules = Map.copyOf(schedules);
    this.runs = runs;
    this.triggers = triggers;
  }

  public boolean exists(String name) {
    return schedules.containsKey(name);
  }

  /** Every schedule, by name. */
  public List<Entry> list() {
    return schedules.keySet().stream().sorted().map(this::entry).toList();
  }

  /**
   * One schedule.
   *
   * @throws NoSuchElementException if there is none of this name
   */
  public Entry entry(String name) {
    Schedule schedule = schedule(name);
    return new Entry(
        name,
        schedule.cron(),
        schedule.timeZone().getID(),
        triggers.next(schedule),
        triggers.isRunning(schedule),
        runs.recent(name, SHOWN));
  }

  /**
   * Has the schedule run now, whether it is on or off, in whichever process takes it. The request
   * is stored when this returns.
   *
   * @return false where a run is under way or asked for already
   * @throws NoSuchElementException if there is none of this name
   */
  public boolean runNow(String name) {
    Schedule schedule = schedule(name);
    return !triggers.isRunning(schedule) && triggers.request(schedule);
  }

  private Schedule schedule(String name) {
    Schedule schedule = schedules.get(name);
    if (schedule == null) {
      throw new NoSuchElementException("There is no schedule " + name);
    }
    return schedule;
  }
}
