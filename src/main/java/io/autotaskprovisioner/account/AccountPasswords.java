package io.autotaskprovisioner.account;

import io.autotaskprovisioner.secret.KeyRing;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The columns of the table {@code account} that make a login. The slow hash is sealed as well: a
 * copy of the database alone gives nobody anything to guess at. Thread-safe.
 */
final class AccountPasswords {

  /**
   * What a login is checked against.
   *
   * @param hash as {@link PasswordHashing} wrote it
   */
  record Login(long accountId, long revision, String hash) {

    @Override
    public String toString() {
      return "Login[" + accountId + "]";
    }
  }

  private static final String FIND =
      """
      select id, login_revision, sealed_password from account
      where login_hash = ? and not disabled
      """;

  private static final String SAME_LOGIN =
      """
      select count(*) from account where login_hash = ? and id <> ?
      """;

  private static final String SET =
      """
      update account set login_hash = ?, sealed_password = ?, login_revision = login_revision + 1
      where id = ?
      """;

  private static final String RENEW =
      """
      update account set sealed_password = ? where id = ? and login_revision = ?
      """;

  private final KeyRing keyRing;
  private final PasswordHashing hashing;

  AccountPasswords(KeyRing keyRing, PasswordHashing hashing) {
    this.keyRing = keyRing;
    this.hashing = hashing;
  }

  PasswordHashing hashing() {
    return hashing;
  }

  /** The slow hash, sealed for the account; takes its time, so outside any transaction. */
  byte[] sealed(long id, LoginPassword password) {
    return keyRing.seal(
        hashing.hash(password).getBytes(StandardCharsets.US_ASCII), passwordContext(id));
  }

  /** The login of an enabled account with this e-mail address, whatever its case. */
  Optional<Login> find(Connection connection, String email) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(FIND)) {
      select.setBytes(1, loginHash(email));
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        long id = row.getLong("id");
        byte[] hash = keyRing.open(row.getBytes("sealed_password"), passwordContext(id));
        return Optional.of(
            new Login(
                id, row.getLong("login_revision"), new String(hash, StandardCharsets.US_ASCII)));
      }
    }
  }

  /** Whether no other account logs in with this e-mail address. */
  boolean isFree(Connection connection, long id, String email) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SAME_LOGIN)) {
      select.setBytes(1, loginHash(email));
      select.setLong(2, id);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1) == 0;
      }
    }
  }

  /**
   * Sets or removes the password and ends the account's sessions.
   *
   * @param sealed null removes it
   */
  void set(Connection connection, long id, String email, byte @Nullable [] sealed)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(SET)) {
      update.setBytes(1, sealed == null ? null : loginHash(email));
      update.setBytes(2, sealed);
      update.setLong(3, id);
      update.executeUpdate();
    }
  }

  /** Replaces the hash by one of today's parameters, unless the password was changed meanwhile. */
  void renew(Connection connection, Login login, byte[] sealed) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(RENEW)) {
      update.setBytes(1, sealed);
      update.setLong(2, login.accountId());
      update.setLong(3, login.revision());
      update.executeUpdate();
    }
  }

  /** What stands for the e-mail address at a login: every spelling that means the same account. */
  static String loginName(String email) {
    return Normalizer.normalize(email.strip(), Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
  }

  private byte[] loginHash(String email) {
    return keyRing.hash("account.login", loginName(email).getBytes(StandardCharsets.UTF_8));
  }

  private static String passwordContext(long id) {
    return "account.sealed_password:" + id;
  }
}
