package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.secret.KeyAdministration;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Backups;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.StorageSettings;
import java.time.Clock;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Builds the steps that change keys and make backups. */
public final class SafekeepingBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) throws Exception {
    Registry registry = context.getRegistry();
    InstanceAnswers answers =
        new InstanceAnswers(new ObjectMapper(), registry.findSingleByType(InstanceJson.class));
    Blocking blocking = new Blocking("api-safekeeping", 1);
    Blocking copying = new Blocking("api-backup", 1, 1);
    context.addService(blocking, true, true);
    context.addService(copying, true, true);
    KeyOperations keys =
        new KeyOperations(registry.findSingleByType(KeyAdministration.class), answers, blocking);
    bind(registry, "listKeys", keys::list);
    bind(registry, "addKey", keys::add);
    bind(registry, "useKey", keys::use);
    bind(registry, "checkKey", keys::check);
    bind(registry, "removeKey", keys::remove);
    bind(registry, "resealValues", keys::reseal);
    bindBackups(context);
    BackupOperations backups =
        new BackupOperations(registry.findSingleByType(Backups.class), answers, blocking, copying);
    bind(registry, "listBackups", backups::list);
    bind(registry, "getBackup", backups::get);
    bind(registry, "beginBackup", backups::begin);
  }

  /** Binds {@link Backups} as {@code backups}; also for commands where no server runs. */
  public static void bindBackups(CamelContext context) {
    Registry registry = context.getRegistry();
    Settings settings = new Settings(context);
    registry.bind(
        "backups",
        new Backups(
            registry.findSingleByType(Database.class),
            StorageSettings.of(settings),
            settings.path("backup.directory", "backups"),
            registry.findSingleByType(Clock.class)));
  }

  private static void bind(Registry registry, String name, ApiOperation operation) {
    registry.bind(name, operation.asStep());
  }
}
