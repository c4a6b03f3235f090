package io.autotaskprovisioner;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.support.service.ServiceSupport;

/** Binds what every feature uses: event loops, clock and meters. */
final class FoundationBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) throws Exception {
    Vertx vertx = Vertx.vertx();
    context.getRegistry().bind("vertx", vertx);
    context.getRegistry().bind("clock", Clock.systemUTC());
    context
        .getRegistry()
        .bind(
            MicrometerConstants.METRICS_REGISTRY_NAME,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    // Added first and so stopped last: everything else may still be sending.
    context.addService(
        new ServiceSupport() {
          @Override
          protected void doStop() throws Exception {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
          }
        },
        true,
        true);
  }
}
