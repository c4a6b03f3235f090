package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.account.AccountAdministration;
import io.autotaskprovisioner.account.LoginThrottle;
import io.autotaskprovisioner.account.Logins;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.setting.Settings;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Builds the steps of logins and of their passwords. */
public final class LoginBeans implements CamelConfiguration {

  /** Waiting takes half the deadline at most, even where a hash takes a whole second. */
  private static final int WAITING_PER_THREAD = 7;

  @Override
  public void configure(CamelContext context) throws Exception {
    Registry registry = context.getRegistry();
    InstanceAnswers answers =
        new InstanceAnswers(new ObjectMapper(), registry.findSingleByType(InstanceJson.class));
    // Half of the cores go on serving everybody else while passwords are hashed.
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    Blocking hashing =
        new Blocking(
            "api-login",
            threads,
            threads * WAITING_PER_THREAD,
            ApiBeans.deadline(new Settings(context)),
            System::nanoTime);
    context.addService(hashing, true, true);
    LoginOperations logins =
        new LoginOperations(
            registry.findSingleByType(Logins.class),
            registry.findSingleByType(LoginThrottle.class),
            answers,
            hashing,
            new Settings(context).text("http.tls.certificate").isPresent());
    registry.bind("loginByForm", logins.byForm());
    registry.bind("loginByJson", logins.byJson());
    bind(registry, "secretsOfCookie", logins::secretsOfCookie);
    bind(registry, "secretsOfToken", logins::secretsOfToken);
    PasswordOperations passwords =
        new PasswordOperations(
            registry.findSingleByType(AccountAdministration.class), answers, hashing);
    bind(registry, "setPassword", passwords::set);
    bind(registry, "removePassword", passwords::remove);
  }

  private static void bind(Registry registry, String name, ApiOperation operation) {
    registry.bind(name, operation.asStep());
  }
}
