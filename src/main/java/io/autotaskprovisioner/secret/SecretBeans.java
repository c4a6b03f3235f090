package io.autotaskprovisioner.secret;

import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import java.net.InetAddress;
import java.net.UnknownHostException;
import javax.sql.DataSource;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/**
 * Opens the key ring of the database and binds it as {@code keyRing}, with what changes it as
 * {@code keyAdministration} and what tells others of it as {@code keyRingNodes}.
 */
public final class SecretBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) throws Exception {
    KeyRingNodes nodes = bind(context);
    nodes.tell();
    context.addService(nodes, true, true);
  }

  /** The same without a process that lives: for commands where no server runs. */
  public static void bindAlone(CamelContext context) {
    bind(context);
  }

  private static KeyRingNodes bind(CamelContext context) {
    Registry registry = context.getRegistry();
    ReloadingKeyRing ring =
        KeyRings.open(
            registry.findSingleByType(DataSource.class), KeyRings.store(new Settings(context)));
    Database database = registry.findSingleByType(Database.class);
    KeyRingNodes nodes = new KeyRingNodes(database, ring, processName());
    registry.bind("keyRing", ring);
    registry.bind("keyRingNodes", nodes);
    registry.bind("keyAdministration", new KeyAdministration(database, ring, nodes));
    return nodes;
  }

  private static String processName() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "unknown host";
    }
    return "%s (process %d)".formatted(host, ProcessHandle.current().pid());
  }
}
