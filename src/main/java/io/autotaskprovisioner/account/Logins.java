package io.autotaskprovisioner.account;

import io.autotaskprovisioner.account.AccountPasswords.Login;
import io.autotaskprovisioner.account.LoginSession.Kind;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives an account's two secrets to whoever knows its e-mail address and password, by way of a
 * short session. A session ends with its time, and at once, on every node, when password or secrets
 * change or the account is disabled. Thread-safe.
 */
public final class Logins {

  private static final Logger LOG = LoggerFactory.getLogger(Logins.class);

  private static final String SECRETS =
      """
      select sealed_user_secret, sealed_organization_secret from account
      where id = ? and login_revision = ? and not disabled and sealed_password is not null
      """;

  private final Database database;
  private final KeyRing keyRing;
  private final AccountPasswords passwords;
  private final LoginSessions sessions;
  private final Clock clock;
  private final Duration lifetime;

  /**
   * @param lifetime of a session
   */
  public Logins(
      Database database, KeyRing keyRing, Accounts accounts, Clock clock, Duration lifetime) {
    this.database = database;
    this.keyRing = keyRing;
    this.passwords = accounts.passwords();
    this.sessions = new LoginSessions(keyRing);
    this.clock = clock;
    this.lifetime = lifetime;
  }

  public Duration lifetime() {
    return lifetime;
  }

  /**
   * A session of the account; empty alike, and after the same work, for a name nobody has, an
   * account without a password or disabled, and a wrong password. Keeps a core busy for a good part
   * of a second, so it may not be called on an event loop.
   *
   * @throws StorageException if the database does not answer
   */
  public Optional<LoginSession> login(Kind kind, String userName, String password) {
    Optional<Login> login = database.query(connection -> passwords.find(connection, userName));
    PasswordHashing hashing = passwords.hashing();
    String stored = login.map(Login::hash).orElseGet(hashing::nobodys);
    if (!hashing.matches(password, stored) || login.isEmpty()) {
      return Optional.empty();
    }
    if (hashing.isOutdated(stored) && LoginPassword.isUsable(password)) {
      renew(login.get(), password);
    }
    Instant end = clock.instant().plus(lifetime);
    return Optional.of(
        sessions.write(
            kind, new LoginSessions.Content(login.get().accountId(), login.get().revision(), end)));
  }

  /**
   * The secrets of the session's account; empty where the value is none of this kind, has ended or
   * was ended. May be called on an event loop.
   *
   * @return completes exceptionally with a {@link StorageException} if the database does not answer
   */
  public CompletableFuture<Optional<CallerSecrets>> secrets(Kind kind, String value) {
    Optional<LoginSessions.Content> content =
        sessions.read(kind, value).filter(session -> clock.instant().isBefore(session.end()));
    return content.isEmpty()
        ? CompletableFuture.completedFuture(Optional.empty())
        : database.read(connection -> secrets(connection, content.get()));
  }

  private Optional<CallerSecrets> secrets(Connection connection, LoginSessions.Content session)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SECRETS)) {
      select.setLong(1, session.accountId());
      select.setLong(2, session.revision());
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new CallerSecrets(
                    opened(row, "sealed_user_secret", session.accountId()),
                    opened(row, "sealed_organization_secret", session.accountId())))
            : Optional.empty();
      }
    }
  }

  private String opened(ResultSet row, String column, long id) throws SQLException {
    byte[] secret = keyRing.open(row.getBytes(column), "account.%s:%d".formatted(column, id));
    return new String(secret, StandardCharsets.UTF_8);
  }

  private void renew(Login login, String password) {
    byte[] sealed = passwords.sealed(login.accountId(), new LoginPassword(password));
    try {
      database.transaction(
          connection -> {
            passwords.renew(connection, login, sealed);
            return null;
          });
    } catch (StorageException e) {
      LOG.debug("The password hash of account {} is renewed later", login.accountId(), e);
    }
  }
}
