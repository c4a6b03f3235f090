package io.autotaskprovisioner.enrichment;

import io.autotaskprovisioner.autotask.AutotaskComponent;
import io.autotaskprovisioner.autotask.HttpAccess;
import io.autotaskprovisioner.autotask.HttpPassage;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.instance.TenantClaims;
import io.autotaskprovisioner.instance.TenantFacts;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Binds the steps of {@code routes/enrich-tenant.camel.yaml} and the http client they call with.
 */
public final class EnrichmentBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) {
    Registry registry = context.getRegistry();
    Settings settings = new Settings(context);
    Database database = registry.findSingleByType(Database.class);
    TenantClaims claims = registry.findSingleByType(TenantClaims.class);
    Clock clock = registry.findSingleByType(Clock.class);
    HttpAccess access = context.getComponent("autotask", AutotaskComponent.class).httpAccess();
    DueTenants due =
        new DueTenants(
            database,
            claims,
            registry.findSingleByType(Instances.class),
            registry.findSingleByType(ElementCatalogue.class),
            clock,
            settings.integer("enrichment.concurrency", 4, 1, 64),
            settings.duration("enrichment.lease", Duration.ofMinutes(2)));
    context.addLifecycleStrategy(
        new LifecycleStrategySupport() {
          @Override
          public void onContextStopping(CamelContext stopping) {
            due.stop();
          }
        });
    registry.bind("dueTenants", due);
    registry.bind(
        "askTenantVersion",
        new AskTenant(access, "/V1.0/Version", TenantFacts::versionAnswer, clock));
    registry.bind(
        "askTenantCompany",
        new AskTenant(access, "/V1.0/Companies/0", TenantFacts::companyAnswer, clock));
    registry.bind("tenantVersion", LearntFact.version());
    registry.bind("tenantCompany", LearntFact.company());
    registry.bind(
        "settleTenant",
        new SettleTenant(
            database,
            claims,
            new RetryPauses(
                settings.duration("enrichment.retry.first-delay", Duration.ofSeconds(30)),
                settings.duration("enrichment.retry.max-delay", Duration.ofHours(1)),
                settings.duration("enrichment.retry.give-up-after", Duration.ofHours(24))),
            registry.findSingleByType(MeterRegistry.class),
            clock));
    bindCallSteps(registry);
    computeMillis(context, settings, "autotask.connect-timeout", Duration.ofSeconds(5));
    computeMillis(context, settings, "autotask.call-timeout", Duration.ofSeconds(20));
  }

  /** camel-http takes its timeouts in milliseconds alone. */
  private static void computeMillis(
      CamelContext context, Settings settings, String key, Duration defaultValue) {
    long millis = settings.duration(key, defaultValue).toMillis();
    context.getPropertiesComponent().addOverrideProperty(key + "-millis", Long.toString(millis));
  }

  /** The steps of any call with credentials that a route makes by camel-http. */
  private static void bindCallSteps(Registry registry) {
    registry.bind("readAnswer", (Processor) HttpPassage::readFrom);
    registry.bind("leaveCall", (Processor) HttpPassage::leave);
    // Whoever answers must not make us send again, elsewhere, or a cookie of another tenant.
    registry.bind(
        "guardedHttpClient",
        (HttpClientConfigurer)
            client ->
                client
                    .disableRedirectHandling()
                    .disableAutomaticRetries()
                    .disableCookieManagement()
                    .disableAuthCaching()
                    .disableContentCompression());
  }
}
