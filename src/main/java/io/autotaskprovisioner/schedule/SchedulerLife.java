package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.storage.StorageException;
import java.util.Collection;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.support.LifecycleStrategySupport;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins with the routes and ends before them: then nothing fires here any more, and what runs is
 * told to stop where it is.
 */
final class SchedulerLife extends LifecycleStrategySupport implements ExtendedStartupListener {

  private static final Logger LOG = LoggerFactory.getLogger(SchedulerLife.class);

  private final Scheduler scheduler;
  private final RunControl control;
  private final RunPause pause;
  private final Collection<Schedule> schedules;

  SchedulerLife(
      Scheduler scheduler, RunControl control, RunPause pause, Collection<Schedule> schedules) {
    this.scheduler = scheduler;
    this.control = control;
    this.pause = pause;
    this.schedules = schedules;
  }

  @Override
  public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
    // The routes, which make the jobs, may not be there yet.
  }

  @Override
  public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
    try {
      control.resumeAll();
    } catch (StorageException e) {
      LOG.warn("Runs that were cut off wait for their next time: {}", e.getMessage());
    }
    schedules.forEach(
        schedule ->
            LOG.info(
                "Schedule {} is {}",
                schedule.name(),
                schedule.cron() == null
                    ? "off"
                    : "on: %s, %s".formatted(schedule.cron(), schedule.timeZone().getID())));
  }

  @Override
  public void onContextStopping(CamelContext context) {
    try {
      scheduler.standby();
    } catch (SchedulerException e) {
      LOG.warn("The scheduler does not pause: {}", e.getMessage());
    }
    pause.stop();
  }
}
