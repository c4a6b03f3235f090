package io.autotaskprovisioner.autotask;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/**
 * The component behind {@code autotask:verify} and {@code autotask:query}. What must be shared by
 * all its endpoints lives here: connections, call budget, pauses of tenants.
 *
 * <p>It takes {@link Vertx}, {@link LoginGuard}, {@link MeterRegistry} and {@link Clock} from the
 * registry by type, when its first endpoint starts. Vert.x and guard must be there: without a guard
 * no credential leaves.
 */
@Component("autotask")
public final class AutotaskComponent extends DefaultComponent {

  private @Nullable Shared shared;

  @Metadata(description = "The options that endpoints start from.")
  private AutotaskConfiguration configuration = new AutotaskConfiguration();

  /** What all endpoints of the component use together. */
  record Shared(
      AutotaskCalls calls,
      AnswerReader reader,
      CallBudget budget,
      TenantPauses pauses,
      LoginGuard guard,
      MeterRegistry meters,
      Clock clock) {}

  public AutotaskComponent() {}

  public AutotaskComponent(CamelContext context) {
    super(context);
  }

  public AutotaskConfiguration getConfiguration() {
    return configuration;
  }

  public void setConfiguration(AutotaskConfiguration configuration) {
    this.configuration = configuration;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    AutotaskConfiguration own = configuration.copy();
    setProperties(own, parameters);
    return new AutotaskEndpoint(uri, this, remaining, own);
  }

  /**
   * For calls to Autotask that other components make, such as the {@code http} steps of a route:
   * under the rules of this component, with its budget and its guard. Thread-safe.
   */
  public HttpAccess httpAccess() {
    return HttpAccess.toAutotask(shared(), configuration);
  }

  /**
   * The same for another provider, by basic authentication alone; what its answers mean is told
   * from their status.
   *
   * @param provider its name in messages
   * @param domain below which its hosts lie; further ones are listed in {@code allowedOrigins}
   */
  public HttpAccess httpAccess(String provider, String domain) {
    return HttpAccess.toProvider(shared(), configuration, provider, domain);
  }

  /** Thread-safe. */
  Shared shared() {
    lock.lock();
    try {
      if (shared == null) {
        Clock clock = optional(Clock.class, Clock.systemUTC());
        shared =
            new Shared(
                new AutotaskCalls(required(Vertx.class)),
                new AnswerReader(clock),
                new CallBudget(),
                new TenantPauses(clock),
                required(LoginGuard.class),
                optional(MeterRegistry.class, Metrics.globalRegistry),
                clock);
      }
      return shared;
    } finally {
      lock.unlock();
    }
  }

  @Override
  protected void doStop() throws Exception {
    lock.lock();
    try {
      if (shared != null) {
        shared.calls().close();
        shared = null;
      }
    } finally {
      lock.unlock();
    }
    super.doStop();
  }

  private <T> T required(Class<T> type) {
    T bean = getCamelContext().getRegistry().findSingleByType(type);
    if (bean == null) {
      throw new IllegalStateException(
          "The autotask component needs exactly one %s in the registry"
              .formatted(type.getSimpleName()));
    }
    return bean;
  }

  private <T> T optional(Class<T> type, T otherwise) {
    T bean = getCamelContext().getRegistry().findSingleByType(type);
    return bean == null ? otherwise : bean;
  }
}
