package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.autotask.AutotaskComponent;
import io.autotaskprovisioner.delivery.InstanceTokens;
import io.autotaskprovisioner.delivery.Outbox;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.InstanceTokenFactory;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.instance.Tenants;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.RepeatedWork;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Builds the steps of the one job, the guard of logins and the worker. */
public final class ProvisioningBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) throws Exception {
    Registry registry = context.getRegistry();
    Database database = registry.findSingleByType(Database.class);
    Clock clock = registry.findSingleByType(Clock.class);
    Journal journal = registry.findSingleByType(Journal.class);
    Instances instances = registry.findSingleByType(Instances.class);
    Outbox outbox = registry.findSingleByType(Outbox.class);
    InstanceEvents events =
        new InstanceEvents(database, registry.findSingleByType(InstanceJson.class));
    InstanceStore store =
        new InstanceStore(
            database,
            journal::succeed,
            instances,
            registry.findSingleByType(Tenants.class),
            events,
            outbox);
    JdbcLoginGuard guard =
        new JdbcLoginGuard(database, registry.findSingleByType(KeyRing.class), clock);
    InstanceTokens tokens =
        instanceId -> database.transaction(connection -> instances.tokenOf(connection, instanceId));
    registry.bind("instanceEvents", events);
    registry.bind("loginGuard", guard);
    LoginProof logins = new LoginProof(context);
    registry.bind("loginProof", logins);
    registry.bind(
        "instanceImport",
        new InstanceImport(
            instances,
            registry.findSingleByType(Tenants.class),
            registry.findSingleByType(ElementCatalogue.class),
            events,
            outbox,
            clock));
    registry.bind("instanceTokens", tokens);
    registry.bind("requestCredentials", new RequestCredentials());
    registry.bind("verifiedRequestStrategy", new VerifiedRequestStrategy());
    registry.bind(
        "requestValidation",
        new RequestValidation(registry.findSingleByType(ElementCatalogue.class)));
    registry.bind(
        "instanceTranslation",
        new InstanceTranslation(
            database, registry.findSingleByType(InstanceTokenFactory.class), clock));
    SameRequest sameRequest = new SameRequest(registry.findSingleByType(ElementCatalogue.class));
    registry.bind("sameRequest", sameRequest);
    registry.bind(
        "storeInstance",
        new StoreInstance(store, journal, sameRequest, registry.findSingleByType(Clock.class)));
    registry.bind(
        "reverification",
        new Reverification(
            logins,
            registry.findSingleByType(ElementCatalogue.class),
            new InstanceValidity(database, events, outbox, clock),
            clock));
    registry.bind(
        "providerLogin",
        new ProviderLogin(context.getComponent("autotask", AutotaskComponent.class), clock));
    registry.bind("providerVerified", new ProviderVerified(clock));
    context.addStartupListener(
        new VerificationRoutes(registry.findSingleByType(ElementCatalogue.class)));
    SuspectedRows suspectedRows =
        new SuspectedRows(
            guard,
            journal,
            registry.findSingleByType(ElementCatalogue.class),
            new Settings(context).text("autotask.integration-code").orElse(null));
    registry.bind("suspectedRows", suspectedRows);
    context.addService(
        new RepeatedWork(
            "suspected-rows", Duration.ofSeconds(1), suspectedRows::takeBackIfAnySuspended),
        true,
        true);
    WorkerBeans.addWorker(context);
    registry.bind("integrationCodeHealth", new IntegrationCodeHealth(guard));
  }
}
