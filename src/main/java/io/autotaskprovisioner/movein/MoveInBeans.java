package io.autotaskprovisioner.movein;

import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.intake.RequestNormalizer;
import io.autotaskprovisioner.provisioning.InstanceImport;
import io.autotaskprovisioner.provisioning.LoginProof;
import io.autotaskprovisioner.provisioning.RequestValidation;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.RepeatedWork;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.LifecycleStrategySupport;

/** Builds what imports instances, and starts its thread when the routes are there. */
public final class MoveInBeans implements CamelConfiguration {

  private static final Duration POLL_INTERVAL = Duration.ofMillis(500);

  @Override
  public void configure(CamelContext context) {
    Registry registry = context.getRegistry();
    Database database = registry.findSingleByType(Database.class);
    Clock clock = registry.findSingleByType(Clock.class);
    ElementCatalogue catalogue = registry.findSingleByType(ElementCatalogue.class);
    Instances instances = registry.findSingleByType(Instances.class);
    ImportRows rows = new ImportRows(registry.findSingleByType(KeyRing.class));
    InstanceReader reader =
        new InstanceReader(
            catalogue,
            registry.findSingleByType(RequestNormalizer.class),
            registry.findSingleByType(RequestValidation.class));
    registry.bind(
        "imports",
        new Imports(
            database,
            instances,
            new ImportChecker(database, instances, catalogue, reader),
            rows,
            clock));
    ImportRunner runner =
        new ImportRunner(
            database,
            rows,
            reader,
            new ImportEnd(
                database, rows, reader, registry.findSingleByType(InstanceImport.class), clock),
            catalogue,
            registry.findSingleByType(LoginProof.class),
            clock);
    RepeatedWork work = new RepeatedWork("imports", POLL_INTERVAL, runner::work);
    context.addLifecycleStrategy(
        new LifecycleStrategySupport() {
          @Override
          public void onContextStarted(CamelContext started) {
            work.start();
          }

          @Override
          public void onContextStopping(CamelContext stopping) {
            runner.stop();
            work.stop();
          }
        });
  }
}
