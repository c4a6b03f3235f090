package io.autotaskprovisioner.storage;

import io.autotaskprovisioner.setting.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the database and binds it as {@code database}, its pool as {@code dataSource}. */
public final class StorageBeans implements CamelConfiguration {

  private static final Logger LOG = LoggerFactory.getLogger(StorageBeans.class);
  private static final int EXIT_STATUS = 74;

  /** Our choice: by then all connections were told; after it the end is that of a kill. */
  private static final Duration LONGEST_END = Duration.ofSeconds(10);

  @Override
  public void configure(CamelContext context) throws Exception {
    Settings given = new Settings(context);
    StorageSettings settings = StorageSettings.of(given);
    MeterRegistry registry = context.getRegistry().findSingleByType(MeterRegistry.class);
    JdbcDatabase database =
        JdbcDatabase.open(settings, registry, patience(given), StorageBeans::endProcess);
    context.addService(database, true, true);
    context.getRegistry().bind("database", database);
    context.getRegistry().bind("dataSource", database.dataSource());
    context.getRegistry().bind("database-health-check", new DatabaseHealthCheck(database));
  }

  /** Our choice: a caller's deadline less a third, for what follows the wait. */
  private static Duration patience(Settings settings) {
    return settings.duration("http.deadline", Duration.ofSeconds(15)).multipliedBy(2).dividedBy(3);
  }

  /**
   * On a thread of its own: the end waits for the database threads, one of which calls this. 74 is
   * EX_IOERR of sysexits.h. What is under way cannot end without the database, so that an orderly
   * end would only wait for it.
   */
  private static void endProcess(String why) {
    LOG.error("{}; the process ends, so that it can be started again", why);
    new Thread(() -> System.exit(EXIT_STATUS), "storage-end").start();
    Thread limit =
        new Thread(
            () -> {
              LockSupport.parkNanos(LONGEST_END.toNanos());
              Runtime.getRuntime().halt(EXIT_STATUS);
            },
            "storage-end-limit");
    limit.setDaemon(true);
    limit.start();
  }
}
