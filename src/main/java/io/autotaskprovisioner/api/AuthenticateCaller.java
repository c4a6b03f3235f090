package io.autotaskprovisioner.api;

import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.account.Accounts;
import io.autotaskprovisioner.account.AuthorizationHeader;
import io.autotaskprovisioner.account.CallerSecrets;
import io.autotaskprovisioner.account.SecretThrottle;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.camel.Exchange;

/**
 * Finds the account whose User and Organization secrets the {@code Authorization} header carries;
 * anything else is 401 with the hosted service's own sentence, and many guesses are 429.
 * Thread-safe.
 */
final class AuthenticateCaller extends ApiStep {

  /** The exchange property that holds the {@link Account} from here on. */
  static final String CALLER = "caller";

  private final Accounts accounts;
  private final SecretThrottle throttle;

  AuthenticateCaller(Accounts accounts, SecretThrottle throttle) {
    this.accounts = accounts;
    this.throttle = throttle;
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    CallerSecrets secrets =
        AuthorizationHeader.parse(request.header("Authorization").orElse(""))
            .callerSecrets()
            .orElseThrow(ApiException::unauthorized);
    return throttle
        .ofCaller(secrets, peerOf(exchange), () -> accounts.authenticateAsync(secrets))
        .thenAcceptAsync(
            account ->
                exchange.setProperty(CALLER, account.orElseThrow(ApiException::unauthorized)),
            callersThread());
  }

  static String peerOf(Exchange exchange) {
    return exchange.getProperty(ApiRequest.PEER, String.class);
  }

  /** The event loop that brought the request: what follows must not keep a database thread. */
  static Executor callersThread() {
    Context eventLoop = Vertx.currentContext();
    return eventLoop == null ? Runnable::run : task -> eventLoop.runOnContext(unused -> task.run());
  }

  static Account callerOf(Exchange exchange) {
    return exchange.getProperty(CALLER, Account.class);
  }

  /**
   * For what concerns all accounts.
   *
   * @throws ApiException 403
   */
  static void requireAdmin(Account caller) {
    if (!caller.isAdmin()) {
      throw notAdministrator();
    }
  }

  static ApiException notAdministrator() {
    return ApiException.forbidden("Only an administrator may do this.");
  }
}
