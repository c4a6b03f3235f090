package io.autotaskprovisioner.storage;

import io.autotaskprovisioner.setting.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;

/** Opens the database and binds it as {@code database}, its pool as {@code dataSource}. */
public final class StorageBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) throws Exception {
    Settings given = new Settings(context);
    StorageSettings settings = StorageSettings.of(given);
    MeterRegistry registry = context.getRegistry().findSingleByType(MeterRegistry.class);
    JdbcDatabase database =
        JdbcDatabase.open(settings, registry, patience(given), ProcessEnd::because);
    context.addService(database, true, true);
    context.getRegistry().bind("database", database);
    context.getRegistry().bind("dataSource", database.dataSource());
    context.getRegistry().bind("database-health-check", new DatabaseHealthCheck(database));
  }

  /** Our choice: a caller's deadline less a third, for what follows the wait. */
  private static Duration patience(Settings settings) {
    return settings.duration("http.deadline", Duration.ofSeconds(15)).multipliedBy(2).dividedBy(3);
  }
}
