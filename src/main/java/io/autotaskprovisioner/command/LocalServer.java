package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.account.AccountAdministration;
import io.autotaskprovisioner.account.Accounts;
import io.autotaskprovisioner.account.CallerSecrets;
import io.autotaskprovisioner.api.LocalApi;
import io.autotaskprovisioner.api.SafekeepingBeans;
import io.autotaskprovisioner.audit.AuditEnd;
import io.autotaskprovisioner.audit.AuditOrigin;
import io.autotaskprovisioner.audit.AuditTrail;
import io.autotaskprovisioner.audit.AuditedAct;
import io.autotaskprovisioner.delivery.DeliveryBeans;
import io.autotaskprovisioner.element.ElementBeans;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.JournalBeans;
import io.autotaskprovisioner.provisioning.JdbcLoginGuard;
import io.autotaskprovisioner.provisioning.SuspectedRows;
import io.autotaskprovisioner.recovery.RecoveryBeans;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.secret.SecretBeans;
import io.autotaskprovisioner.storage.JdbcDatabase;
import io.autotaskprovisioner.storage.StorageSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/**
 * The operations of the API on the database itself, for when no server runs. It works on nothing:
 * no request is provisioned and nothing delivered until a server starts. Not thread-safe.
 */
final class LocalServer implements Server {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final StorageSettings storage;
  private final JdbcDatabase database;
  private final LocalApi api;

  private LocalServer(StorageSettings storage, JdbcDatabase database, LocalApi api) {
    this.storage = storage;
    this.database = database;
    this.api = api;
  }

  /** Whether there is a database to open; one is never created here. */
  static boolean isThere(StorageSettings storage) {
    return storage.h2File().map(Files::exists).orElse(true);
  }

  /**
   * Opens it, bringing its schema to this version as a start would.
   *
   * @throws io.autotaskprovisioner.setting.InvalidSettingException if it cannot be opened, as when
   *     a server has it open, or the key ring does not fit
   */
  static LocalServer open(
      StorageSettings storage, CamelContext context, Optional<CallerSecrets> secrets) {
    Registry registry = context.getRegistry();
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    JdbcDatabase database =
        JdbcDatabase.open(
            storage,
            meters,
            why -> {
              throw CommandException.failed(why);
            });
    try {
      registry.bind("meterRegistry", meters);
      registry.bind("clock", Clock.systemUTC());
      registry.bind("database", database);
      registry.bind("dataSource", database.dataSource());
      AuditTrail trail = new AuditTrail(database);
      trail.record(AuditedAct.DATABASE_OPEN, AuditOrigin.commandLine(), AuditEnd.done()).join();
      registry.bind("auditTrail", trail);
      SecretBeans.bindAlone(context);
      KeyRing keyRing = registry.findSingleByType(KeyRing.class);
      Accounts accounts = new Accounts(database, keyRing);
      registry.bind("accounts", accounts);
      registry.bind("accountAdministration", new AccountAdministration(database, accounts));
      SafekeepingBeans.bindBackups(context);
      new ElementBeans().configure(context);
      JournalBeans.bindTables(context);
      registry.bind("deliveries", DeliveryBeans.deliveriesAlone(context));
      RecoveryBeans.bind(context);
      JdbcLoginGuard guard = new JdbcLoginGuard(database, keyRing, Clock.systemUTC());
      registry.bind("loginGuard", guard);
      registry.bind(
          "suspectedRows",
          new SuspectedRows(
              guard,
              registry.findSingleByType(Journal.class),
              registry.findSingleByType(ElementCatalogue.class),
              null));
      return new LocalServer(storage, database, new LocalApi(registry, secrets));
    } catch (RuntimeException e) {
      database.stop();
      throw e;
    }
  }

  @Override
  public Reply call(String method, String path, @Nullable JsonNode body) {
    byte[] bytes = body == null ? new byte[0] : body.toString().getBytes(StandardCharsets.UTF_8);
    LocalApi.Answer answer = api.call(method, path, bytes);
    try {
      return new Reply(
          answer.statusCode(),
          JSON.readTree(answer.body()),
          Optional.ofNullable(answer.headers().get("Elements-Next-Page-Token")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String place() {
    return storage.h2File().map(Path::toString).orElse("the database of storage.url");
  }

  @Override
  public void close() {
    api.close();
    database.stop();
  }
}
