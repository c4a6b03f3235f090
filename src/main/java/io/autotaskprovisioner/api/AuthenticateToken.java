package io.autotaskprovisioner.api;

import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.account.Accounts;
import io.autotaskprovisioner.account.AuthorizationHeader;
import io.autotaskprovisioner.account.CallerSecrets;
import io.autotaskprovisioner.account.SecretThrottle;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.storage.Database;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.camel.Exchange;

/**
 * Finds the caller by the User secret of the {@code Authorization} header and the caller's own
 * instance by its Element token; anything else is 401 with the hosted service's own sentence. For
 * the calls that have no instance in their path. Thread-safe.
 *
 * <p>Three queries at most, however many instances there are: the accounts' revision, which many
 * callers share, the account where it is not remembered, and the instance by its token's hash.
 *
 * <p>Our choice: an Organization secret may be left out, as the hosted service allowed, but one
 * that is given must be right.
 */
final class AuthenticateToken extends ApiStep {

  /** The exchange property that holds the {@link Instance} from here on. */
  static final String INSTANCE = "instance";

  /**
   * Our choice: longer tokens are not looked up; ours have 44 characters, imported ones few more.
   */
  private static final int MAX_TOKEN = 1_000;

  private final Accounts accounts;
  private final SecretThrottle throttle;
  private final Database database;
  private final Instances instances;

  AuthenticateToken(
      Accounts accounts, SecretThrottle throttle, Database database, Instances instances) {
    this.accounts = accounts;
    this.throttle = throttle;
    this.database = database;
    this.instances = instances;
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    AuthorizationHeader header =
        AuthorizationHeader.parse(request.header("Authorization").orElse(""));
    String user = header.value("User").orElseThrow(ApiException::unauthorized);
    String token =
        header
            .value("Element")
            .filter(given -> given.length() <= MAX_TOKEN)
            .orElseThrow(ApiException::unauthorized);
    Optional<CallerSecrets> pair = header.callerSecrets();
    String peer = AuthenticateCaller.peerOf(exchange);
    Executor callersThread = AuthenticateCaller.callersThread();
    return account(user, pair, peer)
        .thenApply(account -> account.orElseThrow(ApiException::unauthorized))
        .thenCompose(
            account -> {
              exchange.setProperty(AuthenticateCaller.CALLER, account);
              // Who has both secrets may list the tokens, and has no need to guess them.
              return pair.isPresent()
                  ? instance(account, token)
                  : throttle.ofToken(user, token, peer, () -> instance(account, token));
            })
        .thenAcceptAsync(
            instance ->
                exchange.setProperty(INSTANCE, instance.orElseThrow(ApiException::unauthorized)),
            callersThread);
  }

  static Instance instanceOf(Exchange exchange) {
    return exchange.getProperty(INSTANCE, Instance.class);
  }

  private CompletableFuture<Optional<Account>> account(
      String user, Optional<CallerSecrets> pair, String peer) {
    return pair.isPresent()
        ? throttle.ofCaller(pair.get(), peer, () -> accounts.authenticateAsync(pair.get()))
        : throttle.ofUser(user, peer, () -> accounts.authenticateUserAsync(user));
  }

  private CompletableFuture<Optional<Instance>> instance(Account account, String token) {
    return database.read(connection -> instances.findByToken(connection, account.id(), token));
  }
}
