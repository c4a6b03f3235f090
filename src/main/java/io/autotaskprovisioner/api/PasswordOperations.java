package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.account.AccountAdministration;
import io.autotaskprovisioner.account.LoginPassword;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Gives an account the password of its login, and takes it away. For administrators. Thread-safe.
 */
final class PasswordOperations {

  private final AccountAdministration accounts;
  private final InstanceAnswers answers;
  private final Blocking hashing;
  private final JsonBody bodies = new JsonBody();

  /**
   * @param hashing runs what keeps a core busy
   */
  PasswordOperations(AccountAdministration accounts, InstanceAnswers answers, Blocking hashing) {
    this.accounts = accounts;
    this.answers = answers;
    this.hashing = hashing;
  }

  /** Answers the account; what was logged in with another password has to log in again. */
  CompletableFuture<ApiAnswer> set(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    long id = request.pathId("id", AccountOperations.NOT_FOUND);
    LoginPassword password = password(bodies.read(request));
    return act(id, caller, () -> accounts.setPassword(id, password));
  }

  CompletableFuture<ApiAnswer> remove(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    long id = request.pathId("id", AccountOperations.NOT_FOUND);
    return act(id, caller, () -> accounts.removePassword(id));
  }

  /**
   * The field {@code password}.
   *
   * @throws ApiException 400 where it cannot be one, without its value
   */
  static LoginPassword password(JsonNode body) {
    JsonNode value = body.path("password");
    if (!value.isTextual() || !LoginPassword.isUsable(value.asText())) {
      throw ApiException.badRequest(
          "password must be a string of %s.".formatted(LoginPassword.rule()));
    }
    return new LoginPassword(value.asText());
  }

  private CompletableFuture<ApiAnswer> act(
      long id, Account caller, Supplier<Optional<Account>> act) {
    return hashing.call(
        () -> {
          Account account = AccountOperations.found(id, AccountOperations.unlessRefused(act));
          return answers.ok(AccountOperations.json(account, caller));
        });
  }
}
