package io.autotaskprovisioner.account;

import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Binds the callers as {@code accounts}, after seeing to it that there is one. */
public final class AccountBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) {
    Registry registry = context.getRegistry();
    Database database = registry.findSingleByType(Database.class);
    Settings settings = new Settings(context);
    Accounts accounts = Accounts.of(database, registry.findSingleByType(KeyRing.class), settings);
    new FirstAccount(database, accounts, settings).ensure();
    registry.bind("accounts", accounts);
    registry.bind("accountAdministration", new AccountAdministration(database, accounts));
    Clock clock = registry.findSingleByType(Clock.class);
    registry.bind(
        "logins",
        new Logins(
            database,
            registry.findSingleByType(KeyRing.class),
            accounts,
            clock,
            settings.duration("account.session-lifetime", Duration.ofMinutes(10))));
    registry.bind("loginThrottle", new LoginThrottle(clock));
    registry.bind("secretThrottle", new SecretThrottle(clock));
  }
}
