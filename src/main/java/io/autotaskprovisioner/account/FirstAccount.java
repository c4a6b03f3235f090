package io.autotaskprovisioner.account;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the first caller at the first start, with the role admin.
 *
 * <p>Our choice: "initial" means initial. Once there is an account, {@code account.initial.*} is
 * not read into it; secrets there that open no account are warned of, and the stored ones stay.
 */
final class FirstAccount {

  private static final Logger LOG = LoggerFactory.getLogger(FirstAccount.class);
  static final String FILE_NAME = "first-account.properties";

  private static final String USER_KEY = "account.initial.user-secret";
  private static final String ORGANIZATION_KEY = "account.initial.organization-secret";
  private static final String PASSWORD_KEY = "account.initial.password";

  /** Makes two nodes that start at once take turns: the second waits for the row of the first. */
  private static final String LOCK =
      """
      select id from key_check where id = 1 for update
      """;

  private final Database database;
  private final Accounts accounts;
  private final Settings settings;
  private final Path file;

  FirstAccount(Database database, Accounts accounts, Settings settings) {
    this.database = database;
    this.accounts = accounts;
    this.settings = settings;
    this.file = settings.path("data.directory", "data").resolve(FILE_NAME);
  }

  /**
   * Creates the account unless there is one.
   *
   * @throws InvalidSettingException if a secret of the settings cannot be used, or the generated
   *     ones cannot be written
   */
  void ensure() {
    Optional<String> user = secret(USER_KEY);
    Optional<String> organization = secret(ORGANIZATION_KEY);
    Optional<LoginPassword> password = password();
    Optional<Account> first = accounts.first();
    if (first.isPresent()) {
      warnIfDifferent(user, organization);
      warnIfWithoutLogin(first.get(), password);
      return;
    }
    boolean generated = user.isEmpty() || organization.isEmpty();
    // The file comes before the row: after a crash in between, its secrets are used.
    CallerSecrets secrets =
        generated
            ? secretsOfFile(user, organization)
            : new CallerSecrets(user.get(), organization.get());
    Optional<Account> created = insertIfFirst(secrets, password.orElse(null));
    if (created.isEmpty()) {
      if (generated && accounts.authenticate(secrets.user(), secrets.organization()).isEmpty()) {
        remove();
      }
      return;
    }
    LOG.info(
        "Created account {} (admin); its secrets are {}",
        created.get().id(),
        generated ? "in " + file : "those of the settings");
  }

  private Optional<Account> insertIfFirst(CallerSecrets secrets, @Nullable LoginPassword password) {
    NewAccount account =
        new NewAccount(
            settings.text("account.initial.email", "admin@localhost"),
            settings.text("account.initial.first-name", "First"),
            settings.text("account.initial.last-name", "Account"),
            Account.ADMIN,
            secrets,
            password);
    long id = database.nextId(Sequence.ACCOUNT);
    byte[] sealed = password == null ? null : accounts.passwords().sealed(id, password);
    return database.transaction(
        connection -> {
          takeTurn(connection);
          AccountRevision.increment(connection);
          return Accounts.first(connection).isPresent()
              ? Optional.empty()
              : accounts.insert(connection, id, account, sealed);
        });
  }

  /** Waits for the end of every other transaction that called this, on whichever node. */
  static void takeTurn(Connection connection) throws SQLException {
    try (var lock = connection.prepareStatement(LOCK)) {
      lock.executeQuery();
    }
  }

  private void warnIfDifferent(Optional<String> user, Optional<String> organization) {
    if (user.isPresent()
        && organization.isPresent()
        && accounts.authenticate(user.get(), organization.get()).isEmpty()) {
      LOG.warn(
          "{} and {} open no account: they count at the first start only, and the stored secrets stay",
          USER_KEY,
          ORGANIZATION_KEY);
    }
  }

  private static void warnIfWithoutLogin(Account first, Optional<LoginPassword> password) {
    if (password.isPresent() && !first.login()) {
      LOG.warn(
          "{} counts at the first start only, and account {} has no password: give it one by the command accounts password",
          PASSWORD_KEY,
          first.id());
    }
  }

  private Optional<LoginPassword> password() {
    return settings
        .text(PASSWORD_KEY)
        .map(
            value -> {
              if (!LoginPassword.isUsable(value)) {
                throw new InvalidSettingException(
                    "Setting %s cannot be used: give %s, or remove it to have no login."
                        .formatted(PASSWORD_KEY, LoginPassword.rule()));
              }
              return new LoginPassword(value);
            });
  }

  private Optional<String> secret(String key) {
    Optional<String> secret = settings.text(key);
    secret.ifPresent(
        value -> {
          if (!CallerSecrets.isUsable(value)) {
            throw new InvalidSettingException(
                "Setting %s cannot be used: give %d or more ASCII characters without space or comma, or remove it to have one generated."
                    .formatted(key, CallerSecrets.MIN_LENGTH));
          }
        });
    return secret;
  }

  private CallerSecrets secretsOfFile(Optional<String> user, Optional<String> organization) {
    CallerSecrets generated = CallerSecrets.generate();
    CallerSecrets secrets =
        new CallerSecrets(
            user.orElse(generated.user()), organization.orElse(generated.organization()));
    try {
      CallerSecretsFile.create(file, "The first caller of the API.", secrets);
      return CallerSecretsFile.read(file);
    } catch (IOException e) {
      throw new InvalidSettingException(
          "Setting data.directory: %s cannot be written or read (%s): correct the rights of the folder."
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  /** Another node was first, with other secrets: this file would tell wrong ones. */
  private void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("{} holds secrets that open no account; remove it", file);
    }
  }
}
