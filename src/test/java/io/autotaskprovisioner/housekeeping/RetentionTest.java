package io.autotaskprovisioner.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTest {

  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  @Test
  void what_was_over_before_the_retention_is_to_be_forgotten() {
    assertThat(retention("10d").before("thing.retention"))
        .isEqualTo(NOW.minus(Duration.ofDays(10)).atOffset(ZoneOffset.UTC));
  }

  @Test
  void without_a_setting_the_default_counts() {
    assertThat(retention("").before("thing.retention").toInstant())
        .isEqualTo(NOW.minus(Duration.ofDays(3)));
  }

  @Test
  void off_keeps_everything() {
    assertThat(retention("off").before("thing.retention").toInstant()).isEqualTo(Instant.EPOCH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0d", "-1d", "soon"})
  void what_is_no_time_is_refused_by_the_name_of_its_setting(String value) {
    assertThatThrownBy(() -> retention(value))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("thing.retention");
  }

  @Test
  void another_key_is_a_slip_in_a_route() {
    assertThatThrownBy(() -> retention("1d").before("thing.retentoin"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("thing.retentoin");
  }

  private static Retention retention(String value) {
    Properties properties = new Properties();
    properties.setProperty("thing.retention", value);
    DefaultCamelContext context = new DefaultCamelContext();
    context.getPropertiesComponent().setInitialProperties(properties);
    return Retention.of(
        new Settings(context),
        Map.of("thing.retention", Duration.ofDays(3)),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }
}
