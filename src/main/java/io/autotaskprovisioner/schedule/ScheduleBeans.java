package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.intake.ScheduledFolder;
import io.autotaskprovisioner.provisioning.Reverification;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.service.ServiceSupport;
import org.quartz.Scheduler;

/** Builds the scheduler, the component that the routes fire by, and the steps of the runs. */
public final class ScheduleBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) throws Exception {
    Registry registry = context.getRegistry();
    Settings settings = new Settings(context);
    Database database = registry.findSingleByType(Database.class);
    Clock clock = registry.findSingleByType(Clock.class);
    Map<String, Schedule> schedules = new LinkedHashMap<>();
    schedules.put(Schedules.BATCH, Schedule.of(settings, Schedules.BATCH, "0 0 2 * * ?", clock));
    schedules.put(Schedules.VERIFY, Schedule.of(settings, Schedules.VERIFY, "off", clock));

    Scheduler scheduler = JobStore.open(database.dataSource(), schedules.size());
    ScheduleRuns runs = new ScheduleRuns(database, clock);
    RunTriggers triggers = new RunTriggers(scheduler, database);
    for (Schedule schedule : schedules.values()) {
      triggers.settle(schedule);
    }
    RunPause pause = new RunPause();
    ScheduleMeters meters = new ScheduleMeters(registry.findSingleByType(MeterRegistry.class));
    meters.register(schedules.values(), runs, database);
    RunControl control = new RunControl(schedules, runs, triggers, pause, meters);
    registry.bind(
        "scheduledBatch",
        new ScheduledBatch(registry.findSingleByType(ScheduledFolder.class), runs, control, pause));
    registry.bind(
        "scheduledVerification",
        new ScheduledVerification(
            database,
            registry.findSingleByType(Instances.class),
            registry.findSingleByType(Reverification.class),
            runs,
            control,
            pause,
            clock,
            settings.duration("schedule.verify.spread", Duration.ofHours(1)),
            settings.integer("schedule.verify.concurrency", 3, 1, 100)));
    registry.bind("schedules", new Schedules(schedules, runs, triggers));
    addTo(context, scheduler, schedules);
    SchedulerLife life = new SchedulerLife(scheduler, control, pause, schedules.values());
    context.addStartupListener(life);
    context.addLifecycleStrategy(life);
  }

  private static void addTo(
      CamelContext context, Scheduler scheduler, Map<String, Schedule> schedules) throws Exception {
    context.getPropertiesComponent().addPropertiesFunction(new CronFunction(schedules));
    QuartzComponent component = new QuartzComponent();
    component.setScheduler(scheduler);
    context.addComponent("quartz", component);
    // Camel shuts down only schedulers that it made itself.
    context.addService(
        new ServiceSupport() {
          @Override
          protected void doStop() throws Exception {
            scheduler.shutdown(true);
          }
        },
        true,
        true);
  }

  /**
   * {@code {{cron:<schedule>}}} in a route: its expression as an endpoint takes it, checked, and
   * with a stand-in where the schedule is off.
   */
  private record CronFunction(Map<String, Schedule> schedules) implements PropertiesFunction {

    @Override
    public String getName() {
      return "cron";
    }

    @Override
    public String apply(String schedule) {
      // Its blanks, question marks and number signs mean something in a URI.
      return URLEncoder.encode(schedules.get(schedule).quartzCron(), StandardCharsets.UTF_8);
    }
  }
}
