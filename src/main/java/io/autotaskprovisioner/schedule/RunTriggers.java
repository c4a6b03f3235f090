package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.StorageException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;
import org.quartz.CronScheduleBuilder;
import org.quartz.CronTrigger;
import org.quartz.JobPersistenceException;
import org.quartz.ObjectAlreadyExistsException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The triggers in the job store: when a schedule is run next, and running it now. Thread-safe. */
final class RunTriggers {

  /** Groups of the triggers that are not a schedule's own. */
  static final String REQUESTED = "requested";

  static final String RESUMED = "resumed";

  private static final Logger LOG = LoggerFactory.getLogger(RunTriggers.class);

  private static final String EXECUTING =
      """
      select 1 from qrtz_fired_triggers
      where sched_name = ? and job_name = ? and job_group = ? and state = 'EXECUTING'
      limit 1
      """;

  private final Scheduler scheduler;
  private final Database database;

  RunTriggers(Scheduler scheduler, Database database) {
    this.scheduler = scheduler;
    this.database = database;
  }

  /**
   * Brings the stored trigger to what the settings say now. Camel alone would keep one whose time
   * zone is another. A trigger whose schedule is the same keeps its next time, so that a run missed
   * meanwhile is made up for.
   */
  void settle(Schedule schedule) throws SchedulerException {
    if (scheduler.getTrigger(schedule.triggerKey()) instanceof CronTrigger stored
        && !(stored.getCronExpression().equals(schedule.quartzCron())
            && stored.getTimeZone().hasSameRules(schedule.timeZone()))) {
      Trigger changed =
          TriggerBuilder.newTrigger()
              .withIdentity(schedule.triggerKey())
              .forJob(schedule.jobKey())
              .withSchedule(
                  CronScheduleBuilder.cronSchedule(schedule.quartzCron())
                      .inTimeZone(schedule.timeZone())
                      .withMisfireHandlingInstructionFireAndProceed())
              .build();
      scheduler.rescheduleJob(schedule.triggerKey(), changed);
      LOG.info("Schedule {} has another time than before", schedule.name());
    }
  }

  /** When its time comes next; null where it is off. */
  @Nullable Instant next(Schedule schedule) {
    if (schedule.cron() == null) {
      return null;
    }
    try {
      Trigger trigger = scheduler.getTrigger(schedule.triggerKey());
      Date next = trigger == null ? null : trigger.getNextFireTime();
      return next == null ? null : next.toInstant();
    } catch (SchedulerException e) {
      throw unreachable(e);
    }
  }

  /**
   * Has the schedule run now, in whichever process takes it; stored when this returns.
   *
   * @return false where a request is waiting or being run already
   */
  boolean request(Schedule schedule) {
    return trigger(schedule, REQUESTED);
  }

  /** Has the schedule go on with its open run as soon as nobody is running it. */
  void resume(Schedule schedule) {
    trigger(schedule, RESUMED);
  }

  private boolean trigger(Schedule schedule, String group) {
    Trigger now =
        TriggerBuilder.newTrigger()
            .withIdentity(schedule.name(), group)
            .forJob(schedule.jobKey())
            .startNow()
            .withSchedule(
                SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
            .build();
    try {
      scheduler.scheduleJob(now);
      return true;
    } catch (ObjectAlreadyExistsException e) {
      return false;
    } catch (SchedulerException e) {
      throw unreachable(e);
    }
  }

  /** Whether some process is running it, or died while it was and is not yet taken over from. */
  boolean isRunning(Schedule schedule) {
    return database.query(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(EXECUTING)) {
            statement.setString(1, JobStore.CLUSTER);
            statement.setString(2, schedule.jobKey().getName());
            statement.setString(3, schedule.jobKey().getGroup());
            try (ResultSet row = statement.executeQuery()) {
              return row.next();
            }
          }
        });
  }

  private static RuntimeException unreachable(SchedulerException e) {
    return e instanceof JobPersistenceException
        ? new StorageException("The job store cannot be reached: " + e.getMessage(), e, true)
        : new IllegalStateException("The scheduler refuses: " + e.getMessage(), e);
  }
}
