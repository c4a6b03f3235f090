package io.autotaskprovisioner.housekeeping;

import io.autotaskprovisioner.setting.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Builds what the routes of housekeeping use. */
public final class HousekeepingBeans implements CamelConfiguration {

  /** Our choice, each of them: long enough to answer a question about last quarter. */
  private static final Map<String, Duration> DEFAULTS =
      Map.of(
          "audit.retention", Duration.ofDays(365),
          "journal.retention", Duration.ofDays(90),
          "journal.failed-retention", Duration.ofDays(365),
          "delivery.retention", Duration.ofDays(30),
          "delivery.failed-retention", Duration.ofDays(365),
          "intake.file.archive-retention", Duration.ofDays(90),
          "intake.file.results-retention", Duration.ofDays(90));

  @Override
  public void configure(CamelContext context) {
    Registry registry = context.getRegistry();
    Settings settings = new Settings(context);
    Forgotten forgotten = new Forgotten(registry.findSingleByType(MeterRegistry.class));
    registry.bind("forgotten", forgotten);
    registry.bind(
        "retention", Retention.of(settings, DEFAULTS, registry.findSingleByType(Clock.class)));
    registry.bind(
        "oldFiles",
        new OldFiles(
            Path.of(settings.text("intake.file.archive-directory", "archive")),
            Path.of(settings.text("intake.file.results-directory", "results")),
            forgotten));
  }
}
