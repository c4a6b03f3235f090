package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.provisioning.JdbcLoginGuard;
import java.util.concurrent.CompletableFuture;

/**
 * Shows integration codes that are suspected of being wrong, and lets verification with them go on.
 * For administrators. Thread-safe.
 */
final class VerificationOperations {

  private final JdbcLoginGuard guard;
  private final InstanceAnswers answers;
  private final Blocking blocking;

  VerificationOperations(JdbcLoginGuard guard, InstanceAnswers answers, Blocking blocking) {
    this.guard = guard;
    this.answers = answers;
    this.blocking = blocking;
  }

  CompletableFuture<ApiAnswer> suspended(ApiRequest request, Account caller) {
    requireAdmin(caller);
    return blocking.call(
        () -> {
          ArrayNode array = JsonNodeFactory.instance.arrayNode();
          guard
              .suspended()
              .forEach(
                  code ->
                      array
                          .addObject()
                          .put("id", code.codeHash())
                          .put("suspendedAt", code.suspendedAt().toString())
                          .put("rejectedLogins", code.rejectedLogins()));
          return answers.ok(array);
        });
  }

  /** Lets verification with every suspended code go on. */
  CompletableFuture<ApiAnswer> resume(ApiRequest request, Account caller) {
    requireAdmin(caller);
    return blocking.call(
        () -> answers.ok(JsonNodeFactory.instance.objectNode().put("resumed", guard.resumeAll())));
  }

  static void requireAdmin(Account caller) {
    if (!caller.isAdmin()) {
      throw ApiException.forbidden("Only an administrator may do this.");
    }
  }
}
