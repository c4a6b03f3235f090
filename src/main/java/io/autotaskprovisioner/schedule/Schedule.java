package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import java.text.ParseException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Date;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;
import org.quartz.JobKey;
import org.quartz.TriggerKey;

/**
 * A schedule as its settings give it.
 *
 * @param name unique; also the name of its Quartz job and trigger
 * @param cron a valid Quartz expression; null where the schedule is off
 * @param timeZone in which the expression is read
 */
record Schedule(String name, @Nullable String cron, TimeZone timeZone) {

  /** The Quartz group of both, as the routes name it. */
  static final String GROUP = "schedules";

  static final String TIME_ZONE = "schedule.time-zone";

  /**
   * A schedule that is off still has its job, so that it can be run now, and Camel makes no job
   * without a trigger: one that fires in the last year that Quartz knows.
   */
  private static final String NEVER = "0 0 0 1 1 ? 2099";

  /**
   * Reads {@code schedule.<name>.cron} and the time zone.
   *
   * @throws InvalidSettingException for an expression that Quartz does not know or that never comes
   *     true, or an unknown zone
   */
  static Schedule of(Settings settings, String name, String defaultCron, Clock clock) {
    String key = "schedule.%s.cron".formatted(name);
    TimeZone zone = timeZone(settings);
    String text = settings.text(key, defaultCron);
    if (text.equalsIgnoreCase("off")) {
      return new Schedule(name, null, zone);
    }
    try {
      CronExpression expression = new CronExpression(text);
      expression.setTimeZone(zone);
      if (expression.getNextValidTimeAfter(Date.from(clock.instant())) != null) {
        return new Schedule(name, text, zone);
      }
    } catch (ParseException | RuntimeException e) {
      throw invalid(key, text, e);
    }
    throw invalid(key, text, null);
  }

  /** What its trigger is given, whether it is on or off. */
  String quartzCron() {
    return cron == null ? NEVER : cron;
  }

  JobKey jobKey() {
    return new JobKey(name, GROUP);
  }

  TriggerKey triggerKey() {
    return new TriggerKey(name, GROUP);
  }

  private static TimeZone timeZone(Settings settings) {
    String zone = settings.text(TIME_ZONE, "UTC");
    try {
      // TimeZone.getTimeZone alone takes whatever it does not know for GMT.
      return TimeZone.getTimeZone(ZoneId.of(zone));
    } catch (DateTimeException e) {
      throw new InvalidSettingException(
          "Setting %s is '%s': give a time zone such as UTC, Europe/Berlin or America/New_York."
              .formatted(TIME_ZONE, zone),
          e);
    }
  }

  private static InvalidSettingException invalid(String key, String text, @Nullable Exception e) {
    return new InvalidSettingException(
        ("Setting %s is '%s': give off, or a Quartz cron expression of six or seven fields (second,"
                + " minute, hour, day of month, month, day of week, year) that comes true, such as"
                + " 0 0 2 * * ? for two at night.")
            .formatted(key, text),
        e);
  }
}
