package io.autotaskprovisioner;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
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

  /** After everything else: Camel's management server stops late and needs its event loop. */
  @Override
  public void afterStop(BaseMainSupport main) {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
