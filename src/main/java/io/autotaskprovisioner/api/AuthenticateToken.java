package io.autotaskprovisioner.api;

import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.account.Accounts;
import io.autotaskprovisioner.account.AuthorizationHeader;
import io.autotaskprovisioner.account.CallerSecrets;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.storage.Database;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
  private final Database database;
  private final Instances instances;

  AuthenticateToken(Accounts accounts, Database database, Instances instances) {
    this.accounts = accounts;
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
    return account(user, header.value("Organization"))
        .thenApply(account -> account.orElseThrow(ApiException::unauthorized))
        .thenCompose(
            account ->
                database.read(
                    connection -> {
                      Instance instance =
                          instances
                              .findByToken(connection, account.id(), token)
                              .orElseThrow(ApiException::unauthorized);
                      exchange.setProperty(AuthenticateCaller.CALLER, account);
                      exchange.setProperty(INSTANCE, instance);
                      return account;
                    }))
        .thenAcceptAsync(account -> {}, AuthenticateCaller.callersThread());
  }

  static Instance instanceOf(Exchange exchange) {
    return exchange.getProperty(INSTANCE, Instance.class);
  }

  private CompletableFuture<Optional<Account>> account(String user, Optional<String> organization) {
    return organization.isPresent()
        ? accounts.authenticateAsync(new CallerSecrets(user, organization.get()))
        : accounts.authenticateUserAsync(user);
  }
}
