package io.autotaskprovisioner.secret;

import io.autotaskprovisioner.setting.Settings;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;

/** Opens the key ring of the database and binds it as {@code keyRing}. */
public final class SecretBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) {
    Settings settings = new Settings(context);
    Path directory = settings.path("data.directory", "data");
    Path file = settings.path("secret.key-file", directory.resolve("keyring.json").toString());
    DataSource dataSource = context.getRegistry().findSingleByType(DataSource.class);
    context.getRegistry().bind("keyRing", KeyRings.open(dataSource, file));
  }
}
