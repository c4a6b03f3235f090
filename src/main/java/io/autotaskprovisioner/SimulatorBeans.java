package io.autotaskprovisioner;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.simulator.Simulator;
import io.autotaskprovisioner.simulator.SimulatorSettings;
import io.autotaskprovisioner.simulator.Switches;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Starts the bundled Autotask. In a demo everything that would go to the real one goes there, and
 * sample files are put into {@code ./demo}.
 */
final class SimulatorBeans implements CamelConfiguration {

  static final Path SAMPLES = Path.of("demo");
  private static final List<String> SAMPLE_FILES = List.of("customers.csv", "instance.json");

  private final boolean demo;

  SimulatorBeans(boolean demo) {
    this.demo = demo;
  }

  @Override
  public void configure(CamelContext context) throws Exception {
    Simulator simulator = start(context);
    context.getRegistry().bind("simulator", simulator);
    context.addService(
        new ServiceSupport() {
          @Override
          protected void doStop() {
            simulator.close();
          }
        },
        true,
        true);
    if (demo) {
      PropertiesComponent properties = context.getPropertiesComponent();
      properties.addOverrideProperty("autotask.discovery-url", simulator.discoveryUri().toString());
      properties.addOverrideProperty("autotask.allowed-origins", simulator.baseUri().toString());
      properties.addOverrideProperty("autotask.integration-code", Switches.DEMO_INTEGRATION_CODE);
      writeSamples();
    }
  }

  private static Simulator start(CamelContext context) {
    Settings settings = new Settings(context);
    String host = settings.text("simulator.host", "127.0.0.1");
    int port = settings.integer("simulator.port", 9090, 0, 65_535);
    try {
      return Simulator.start(
          context.getRegistry().findSingleByType(Vertx.class), new SimulatorSettings(host, port));
    } catch (IllegalStateException e) {
      throw new InvalidSettingException(
          "The simulator cannot listen on %s:%d: the port is in use; set simulator.port."
              .formatted(host, port),
          e);
    }
  }

  private static void writeSamples() throws IOException {
    Files.createDirectories(SAMPLES);
    for (String name : SAMPLE_FILES) {
      Path target = SAMPLES.resolve(name);
      if (!Files.exists(target)) {
        try (InputStream sample =
            SimulatorBeans.class.getClassLoader().getResourceAsStream("demo/" + name)) {
          Files.copy(sample, target);
        }
      }
    }
  }
}
