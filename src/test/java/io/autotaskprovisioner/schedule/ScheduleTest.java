package io.autotaskprovisioner.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.support.MutableClock;
import java.util.Properties;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

  private final Properties properties = new Properties();

  private Schedule schedule() {
    DefaultCamelContext context = new DefaultCamelContext();
    context.getPropertiesComponent().setInitialProperties(properties);
    return Schedule.of(new Settings(context), "batch", "0 0 2 * * ?", MutableClock.standing());
  }

  @Test
  void it_is_on_at_two_at_night_in_utc_unless_set() {
    assertThat(schedule().cron()).isEqualTo("0 0 2 * * ?");
    assertThat(schedule().timeZone().getID()).isEqualTo("UTC");
  }

  @ParameterizedTest
  @ValueSource(strings = {"off", "OFF", " off "})
  void off_is_no_expression_and_fires_in_no_year_that_matters(String off) {
    properties.setProperty("schedule.batch.cron", off);

    assertThat(schedule().cron()).isNull();
    assertThat(schedule().quartzCron()).endsWith("2099");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0 2 * * *", "nightly", "0 0 25 * * ?", "0 0 2 * * *", "0 0 2 * * ? 2020"})
  void what_quartz_does_not_know_or_never_comes_true_is_refused_with_an_example(String cron) {
    properties.setProperty("schedule.batch.cron", cron);

    assertThatThrownBy(this::schedule)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("Setting schedule.batch.cron is '" + cron + "': give off, or")
        .hasMessageContaining("0 0 2 * * ?");
  }

  @Test
  void an_unknown_time_zone_is_refused_and_not_taken_for_gmt() {
    properties.setProperty("schedule.time-zone", "Europe/Berln");

    assertThatThrownBy(this::schedule)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("schedule.time-zone")
        .hasMessageContaining("Europe/Berlin");
  }
}
