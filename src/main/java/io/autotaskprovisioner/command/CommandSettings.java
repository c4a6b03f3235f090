package io.autotaskprovisioner.command;

import io.autotaskprovisioner.setting.Settings;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * The settings as the server in this folder would read them; nothing is started for that. Not
 * thread-safe.
 */
final class CommandSettings implements AutoCloseable {

  static final String FIRST_ACCOUNT = "first-account.properties";

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final Settings settings = new Settings(context);

  CommandSettings() {
    context
        .getPropertiesComponent()
        .setLocation("file:application.properties;optional=true,classpath:application.properties");
    context.init();
  }

  /** Points at the simulator of a server that was started with {@code --demo}. */
  CommandSettings inDemo() {
    String origin =
        "http://%s:%d"
            .formatted(
                settings.text("simulator.host", "127.0.0.1"),
                settings.integer("simulator.port", 9090, 0, 65_535));
    var properties = context.getPropertiesComponent();
    properties.addOverrideProperty("autotask.discovery-url", origin + "/ATServicesRest/");
    properties.addOverrideProperty("autotask.allowed-origins", origin);
    properties.addOverrideProperty("autotask.integration-code", "demo");
    return this;
  }

  Settings settings() {
    return settings;
  }

  /** A context that is never started, to build beans in. */
  CamelContext context() {
    return context;
  }

  Path dataDirectory() {
    return settings.path("data.directory", "data");
  }

  @Override
  public void close() {
    context.stop();
  }
}
