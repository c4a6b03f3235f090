package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.RequestOutcomes;
import io.autotaskprovisioner.setting.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.Registry;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/** Builds the worker out of its settings; part of {@code ProvisioningBeans}. */
final class WorkerBeans {

  /** Threads for the first steps of requests; they are left as soon as a step waits. */
  private static final int MAX_THREADS = 16;

  private WorkerBeans() {}

  /** Adds the worker to the context; it begins when the routes are started. */
  static void addWorker(CamelContext context) throws Exception {
    Settings settings = new Settings(context);
    Registry registry = context.getRegistry();
    int concurrency = settings.integer("provisioning.worker.concurrency", 16, 1, 10_000);
    Journal journal = registry.findSingleByType(Journal.class);
    ClaimRunner runner =
        new ClaimRunner(
            journal,
            () -> context.getEndpoint("direct:provisioning"),
            threads(context, Math.min(concurrency, MAX_THREADS)),
            registry.findSingleByType(Clock.class),
            registry.findSingleByType(RequestOutcomes.class),
            registry.findSingleByType(SuspectedRows.class));
    ProvisioningWorker worker =
        new ProvisioningWorker(
            journal,
            runner,
            new ProvisioningWorker.Limits(
                concurrency,
                settings.duration("provisioning.worker.poll-interval", Duration.ofMillis(500)),
                settings.duration("provisioning.worker.lease", Duration.ofMinutes(2)),
                Duration.ofSeconds(settings.number("camel.main.shutdown-timeout", 30, 1, 3600))));
    registry.bind("provisioningWorker", worker);
    context.addStartupListener(worker);
    context.addLifecycleStrategy(worker);
  }

  private static ExecutorService threads(CamelContext context, int threads) {
    return context
        .getExecutorServiceManager()
        .newThreadPool(
            WorkerBeans.class,
            "provisioning",
            new ThreadPoolProfileBuilder("provisioning-worker")
                .poolSize(threads)
                .maxPoolSize(threads)
                .maxQueueSize(-1)
                // A task that cannot run must say so, or its claim would count as under way for
                // ever.
                .rejectedPolicy(ThreadPoolRejectedPolicy.Abort)
                .allowCoreThreadTimeOut(true)
                .build());
  }
}
