package io.autotaskprovisioner.autotask;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import java.time.Duration;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets the component up from the settings under {@code autotask.}. */
public final class AutotaskBeans implements CamelConfiguration {

  private static final Logger LOG = LoggerFactory.getLogger(AutotaskBeans.class);

  @Override
  public void configure(CamelContext context) {
    AutotaskConfiguration configuration = configuration(new Settings(context));
    if (configuration.getIntegrationCode() == null) {
      LOG.warn(
          "autotask.integration-code is not set: logins whose request brings no code of its own are"
              + " not sent to .autotask.net");
    }
    AutotaskComponent component = new AutotaskComponent(context);
    component.setConfiguration(configuration);
    context.addComponent("autotask", component);
  }

  static AutotaskConfiguration configuration(Settings settings) {
    AutotaskConfiguration configuration = new AutotaskConfiguration();
    configuration.setDiscoveryUrl(
        settings.text("autotask.discovery-url", AutotaskConfiguration.DEFAULT_DISCOVERY_URL));
    configuration.setIntegrationCode(settings.text("autotask.integration-code").orElse(null));
    configuration.setAllowedOrigins(settings.text("autotask.allowed-origins").orElse(null));
    configuration.setAuthentication(
        settings.choice(
            "autotask.authentication", "basic+headers", "basic+headers", "headers", "basic"));
    configuration.setMaxConcurrentCalls(
        settings.integer("autotask.max-concurrent-calls", 3, 1, 1000));
    configuration.setMaxWaitingCalls(
        settings.integer("autotask.max-waiting-calls", 64, 0, 100_000));
    configuration.setConnectTimeout(
        positive(settings, "autotask.connect-timeout", Duration.ofSeconds(5)));
    configuration.setCallTimeout(
        positive(settings, "autotask.call-timeout", Duration.ofSeconds(20)));
    configuration.setZoneCacheTime(
        positive(settings, "autotask.zone-cache-time", Duration.ofHours(6)));
    configuration.setThresholdPausePercent(
        settings.integer("autotask.threshold-pause-percent", 95, 1, 100));
    check(
        "autotask.discovery-url",
        () -> HostRules.discoveryAddress(configuration.getDiscoveryUrl()));
    check(
        "autotask.allowed-origins",
        () -> AutotaskEndpoint.hostRules(configuration.getAllowedOrigins()));
    return configuration;
  }

  private static Duration positive(Settings settings, String key, Duration defaultValue) {
    Duration value = settings.duration(key, defaultValue);
    if (value.isZero()) {
      throw new InvalidSettingException(
          "Setting %s is zero: give a duration with a unit, such as 20s.".formatted(key));
    }
    return value;
  }

  private static void check(String key, Runnable reading) {
    try {
      reading.run();
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("Setting %s: %s.".formatted(key, e.getMessage()), e);
    }
  }
}
