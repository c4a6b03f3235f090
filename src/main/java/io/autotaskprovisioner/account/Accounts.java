package io.autotaskprovisioner.account;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.SqlWork;
import io.autotaskprovisioner.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The callers, found by keyed hashes of their secrets. Thread-safe. */
public final class Accounts {

  /**
   * Our choice: how long an answer is remembered while no account changes, and so how long an
   * account goes on that somebody disables by SQL, past {@link AccountAdministration}.
   */
  static final Duration REMEMBERED = Duration.ofSeconds(5);

  private static final int REMEMBERED_COUNT = 10_000;

  static final String COLUMNS =
      "id, email, first_name, last_name, role, disabled, login_hash is not null as login";

  private static final String BY_SECRET =
      """
      select %s, organization_secret_hash from account where user_secret_hash = ?
      """
          .formatted(COLUMNS);

  private static final String BY_ID =
      """
      select %s from account where id = ?
      """
          .formatted(COLUMNS);

  private static final String FIRST =
      """
      select %s from account order by id limit 1
      """
          .formatted(COLUMNS);

  private static final String INSERT =
      """
      insert into account (id, email, first_name, last_name, role, user_secret_hash,
        organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, current_timestamp)
      on conflict do nothing
      """;

  private final Database database;
  private final KeyRing keyRing;
  private final AccountPasswords passwords;
  private final AccountRevision revision;
  private final AsyncCache<String, Optional<Account>> remembered;

  public Accounts(Database database, KeyRing keyRing) {
    this(database, keyRing, new PasswordHashing(PasswordHashing.ITERATIONS));
  }

  /** With passwords hashed in as many rounds as {@code account.password-rounds} says. */
  public static Accounts of(Database database, KeyRing keyRing, Settings settings) {
    int rounds =
        settings.integer(
            "account.password-rounds",
            PasswordHashing.ITERATIONS,
            PasswordHashing.MIN_ITERATIONS,
            PasswordHashing.MAX_ITERATIONS);
    return new Accounts(database, keyRing, new PasswordHashing(rounds));
  }

  Accounts(Database database, KeyRing keyRing, PasswordHashing hashing) {
    this.database = database;
    this.keyRing = keyRing;
    this.passwords = new AccountPasswords(keyRing, hashing);
    this.revision = new AccountRevision(database);
    this.remembered =
        Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(REMEMBERED_COUNT)
            .buildAsync();
  }

  /**
   * The account that both secrets belong to; empty if either is wrong or the account is disabled.
   * May be called on an event loop. An account that was disabled before this call is refused.
   *
   * @return completes exceptionally with a {@link StorageException} if the database does not answer
   */
  public CompletableFuture<Optional<Account>> authenticateAsync(CallerSecrets secrets) {
    return remembered(userHash(secrets.user()), organizationHash(secrets.organization()));
  }

  /**
   * The account of the user secret alone, for calls that are proven by an element token beside it;
   * otherwise as {@link #authenticateAsync}.
   */
  public CompletableFuture<Optional<Account>> authenticateUserAsync(String userSecret) {
    return remembered(userHash(userSecret), null);
  }

  private CompletableFuture<Optional<Account>> remembered(
      byte[] userHash, byte @Nullable [] organizationHash) {
    // Keyed by hashes: no secret rests in the cache, and a wrong half never meets a right answer.
    String key =
        HexFormat.of().formatHex(userHash)
            + (organizationHash == null ? "" : HexFormat.of().formatHex(organizationHash));
    return revision
        .current()
        .thenCompose(
            number ->
                remembered.get(
                    number + ":" + key,
                    (ignored, executor) -> database.read(bySecrets(userHash, organizationHash))));
  }

  /**
   * Like {@link #authenticateAsync}, waiting for the answer.
   *
   * @throws StorageException if the database does not answer
   */
  public Optional<Account> authenticate(String userSecret, String organizationSecret) {
    try {
      return authenticateAsync(new CallerSecrets(userSecret, organizationSecret)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StorageException failure) {
        throw failure;
      }
      throw e;
    }
  }

  public Optional<Account> find(long id) {
    return database.query(connection -> find(connection, id));
  }

  /** The account with the lowest id; empty only before the first start has made it. */
  public Optional<Account> first() {
    return database.transaction(Accounts::first);
  }

  static Optional<Account> find(Connection connection, long id) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(BY_ID)) {
      select.setLong(1, id);
      return one(select);
    }
  }

  static Optional<Account> first(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(FIRST)) {
      return one(select);
    }
  }

  AccountPasswords passwords() {
    return passwords;
  }

  /**
   * Inserts the account with its login.
   *
   * @param sealedPassword null where it has none; no other account may log in with its e-mail
   *     address
   * @return empty where the user secret is taken
   */
  Optional<Account> insert(
      Connection connection, long id, NewAccount account, byte @Nullable [] sealedPassword)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setLong(1, id);
      insert.setString(2, account.email());
      insert.setString(3, account.firstName());
      insert.setString(4, account.lastName());
      insert.setString(5, account.role());
      setSecrets(insert, 6, id, account.secrets());
      if (insert.executeUpdate() == 0) {
        return Optional.empty();
      }
    }
    if (sealedPassword != null) {
      passwords.set(connection, id, account.email(), sealedPassword);
    }
    return find(connection, id);
  }

  /** Sets the two hashes and then the two sealed values. */
  void setSecrets(PreparedStatement statement, int first, long id, CallerSecrets secrets)
      throws SQLException {
    statement.setBytes(first, userHash(secrets.user()));
    statement.setBytes(first + 1, organizationHash(secrets.organization()));
    statement.setBytes(first + 2, sealed(secrets.user(), "account.sealed_user_secret:" + id));
    statement.setBytes(
        first + 3, sealed(secrets.organization(), "account.sealed_organization_secret:" + id));
  }

  byte[] userHash(String secret) {
    return keyRing.hash("account.user_secret", secret.getBytes(StandardCharsets.UTF_8));
  }

  private static SqlWork<Optional<Account>> bySecrets(
      byte[] userHash, byte @Nullable [] organizationHash) {
    return connection -> {
      try (PreparedStatement select = connection.prepareStatement(BY_SECRET)) {
        select.setBytes(1, userHash);
        try (ResultSet row = select.executeQuery()) {
          boolean known =
              row.next()
                  && (organizationHash == null
                      || MessageDigest.isEqual(
                          row.getBytes("organization_secret_hash"), organizationHash))
                  && !row.getBoolean("disabled");
          return known ? Optional.of(account(row)) : Optional.empty();
        }
      }
    };
  }

  private static Optional<Account> one(PreparedStatement select) throws SQLException {
    return all(select).stream().findFirst();
  }

  static List<Account> all(PreparedStatement select) throws SQLException {
    List<Account> accounts = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        accounts.add(account(rows));
      }
    }
    return accounts;
  }

  private static Account account(ResultSet row) throws SQLException {
    return new Account(
        row.getLong("id"),
        row.getString("email"),
        row.getString("first_name"),
        row.getString("last_name"),
        row.getString("role"),
        row.getBoolean("disabled"),
        row.getBoolean("login"));
  }

  private byte[] organizationHash(String secret) {
    return keyRing.hash("account.organization_secret", secret.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] sealed(String secret, String context) {
    return keyRing.seal(secret.getBytes(StandardCharsets.UTF_8), context);
  }
}
