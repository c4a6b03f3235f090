package io.autotaskprovisioner;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.Registry;

/** Binds what every feature uses: event loops, clock and meters. */
final class FoundationBeans extends MainListenerSupport implements CamelConfiguration {

  private final Vertx vertx = Vertx.vertx();

  @Override
  public void configure(CamelContext context) {
    requireFreeManagementPort(new Settings(context));
    Registry registry = context.getRegistry();
    registry.bind("vertx", vertx);
    registry.bind("clock", Clock.systemUTC());
    // Camel's metrics service may have bound its own by now; what it does not know it does not
    // show.
    if (registry.findSingleByType(MeterRegistry.class) == null) {
      registry.bind(
          MicrometerConstants.METRICS_REGISTRY_NAME,
          new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }
  }

  /** Camel only logs that its management server cannot listen, and goes on without. */
  private static void requireFreeManagementPort(Settings settings) {
    String host = settings.text("management.host", "127.0.0.1");
    int port = settings.integer("management.port", 8081, 0, 65_535);
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw new InvalidSettingException(
          "The management server cannot listen on %s:%d: the address is in use or not of this machine; set management.port or management.host."
              .formatted(host, port),
          e);
    }
  }

  /** After everything else: Camel's management server stops late and needs its event loop. */
  @Override
  public void afterStop(BaseMainSupport main) {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
