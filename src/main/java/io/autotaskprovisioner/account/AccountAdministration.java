package io.autotaskprovisioner.account;

import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.Sequence;
import io.autotaskprovisioner.storage.SqlWork;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What administrators do with accounts. Each act is one transaction, and the acts of all nodes take
 * turns. Thread-safe; waits for the database, so it may not be called on an event loop.
 */
public final class AccountAdministration {

  private static final String LIST =
      """
      select %s from account where id > ? order by id limit ?
      """
          .formatted(Accounts.COLUMNS);

  private static final String SET_DISABLED =
      "update account set disabled = ?, login_revision = login_revision + 1 where id = ?";

  private static final String OTHER_ADMINS =
      """
      select count(*) from account where role = 'admin' and not disabled and id <> ?
      """;

  private static final String SAME_USER_SECRET =
      """
      select count(*) from account where user_secret_hash = ? and id <> ?
      """;

  private static final String ROTATE =
      """
      update account set user_secret_hash = ?, organization_secret_hash = ?,
        sealed_user_secret = ?, sealed_organization_secret = ?,
        login_revision = login_revision + 1
      where id = ?
      """;

  private final Database database;
  private final Accounts accounts;

  /** An act that cannot be done; the message says why, for people. */
  public static final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  public AccountAdministration(Database database, Accounts accounts) {
    this.database = database;
    this.accounts = accounts;
  }

  /** The accounts, newest id last, after the given id. */
  public List<Account> list(long afterId, int limit) {
    return database.query(
        connection -> {
          try (PreparedStatement select = connection.prepareStatement(LIST)) {
            select.setLong(1, afterId);
            select.setInt(2, limit);
            return Accounts.all(select);
          }
        });
  }

  /**
   * Creates an account with an id of its own.
   *
   * @throws RefusedException if another account has this user secret, or logs in with this e-mail
   *     address
   */
  public Account create(NewAccount account) {
    long id = database.nextId(Sequence.ACCOUNT);
    LoginPassword password = account.password();
    byte[] sealed = password == null ? null : accounts.passwords().sealed(id, password);
    return inTurn(
        connection -> {
          if (sealed != null) {
            requireFreeLogin(connection, id, account.email());
          }
          return accounts
              .insert(connection, id, account, sealed)
              .orElseThrow(AccountAdministration::sameUserSecret);
        });
  }

  /**
   * Lets the account log in with this password, and ends the sessions that another one began.
   *
   * @return the account; empty where there is none
   * @throws RefusedException if another account logs in with its e-mail address
   */
  public Optional<Account> setPassword(long id, LoginPassword password) {
    byte[] sealed = accounts.passwords().sealed(id, password);
    return changeLogin(id, sealed);
  }

  /**
   * Lets the account log in no more, and ends its sessions; its secrets stay.
   *
   * @return the account; empty where there is none
   */
  public Optional<Account> removePassword(long id) {
    return changeLogin(id, null);
  }

  private Optional<Account> changeLogin(long id, byte @Nullable [] sealed) {
    return inTurn(
        connection -> {
          Optional<Account> account = Accounts.find(connection, id);
          if (account.isEmpty()) {
            return account;
          }
          if (sealed != null) {
            requireFreeLogin(connection, id, account.get().email());
          }
          accounts.passwords().set(connection, id, account.get().email(), sealed);
          return Accounts.find(connection, id);
        });
  }

  private void requireFreeLogin(Connection connection, long id, String email) throws SQLException {
    if (!accounts.passwords().isFree(connection, id, email)) {
      throw new RefusedException(
          "Another account logs in with this e-mail address: remove the password there, or use"
              + " another address.");
    }
  }

  /**
   * Refuses the account's calls from now on, on every node. What it owns stays, and so does what
   * waits in the journal.
   *
   * @return the account; empty where there is none
   * @throws RefusedException if it is the last enabled administrator
   */
  public Optional<Account> disable(long id) {
    return inTurn(
        connection -> {
          Optional<Account> account = Accounts.find(connection, id);
          if (account.filter(a -> a.isAdmin() && !a.disabled()).isPresent()
              && count(connection, OTHER_ADMINS, id) == 0) {
            throw new RefusedException(
                "Account %d is the last enabled administrator: create or enable another one first."
                    .formatted(id));
          }
          return setDisabled(connection, id, true);
        });
  }

  /** Lets the account call again; empty where there is none. */
  public Optional<Account> enable(long id) {
    return inTurn(connection -> setDisabled(connection, id, false));
  }

  /**
   * Gives the account other secrets; the old ones are refused from now on, on every node.
   *
   * @return the account; empty where there is none
   * @throws RefusedException if another account has this user secret
   */
  public Optional<Account> rotate(long id, CallerSecrets secrets) {
    return inTurn(
        connection -> {
          Optional<Account> account = Accounts.find(connection, id);
          if (account.isEmpty()) {
            return account;
          }
          try (PreparedStatement select = connection.prepareStatement(SAME_USER_SECRET)) {
            select.setBytes(1, accounts.userHash(secrets.user()));
            select.setLong(2, id);
            if (number(select) > 0) {
              throw sameUserSecret();
            }
          }
          try (PreparedStatement update = connection.prepareStatement(ROTATE)) {
            accounts.setSecrets(update, 1, id, secrets);
            update.setLong(5, id);
            update.executeUpdate();
          }
          return account;
        });
  }

  private <T> T inTurn(SqlWork<T> act) {
    return database.transaction(
        connection -> {
          FirstAccount.takeTurn(connection);
          T result = act.run(connection);
          AccountRevision.increment(connection);
          return result;
        });
  }

  private static Optional<Account> setDisabled(Connection connection, long id, boolean disabled)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(SET_DISABLED)) {
      update.setBoolean(1, disabled);
      update.setLong(2, id);
      update.executeUpdate();
    }
    return Accounts.find(connection, id);
  }

  private static long count(Connection connection, String sql, long id) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setLong(1, id);
      return number(select);
    }
  }

  private static long number(PreparedStatement select) throws SQLException {
    try (ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private static RefusedException sameUserSecret() {
    return new RefusedException("Another account has this user secret: choose another one.");
  }
}
