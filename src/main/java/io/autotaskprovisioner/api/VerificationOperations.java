package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.provisioning.JdbcLoginGuard;
import io.autotaskprovisioner.provisioning.SuspectedRows;
import io.autotaskprovisioner.provisioning.SuspendedCode;
import java.util.concurrent.CompletableFuture;

/**
 * Shows integration codes that are suspected of being wrong, and lets verification with them go on.
 * For administrators. Thread-safe.
 */
final class VerificationOperations {

  private final JdbcLoginGuard guard;
  private final SuspectedRows suspectedRows;
  private final InstanceAnswers answers;
  private final Blocking blocking;

  VerificationOperations(
      JdbcLoginGuard guard,
      SuspectedRows suspectedRows,
      InstanceAnswers answers,
      Blocking blocking) {
    this.guard = guard;
    this.suspectedRows = suspectedRows;
    this.answers = answers;
    this.blocking = blocking;
  }

  CompletableFuture<ApiAnswer> suspended(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    return blocking.call(
        () -> {
          ArrayNode array = JsonNodeFactory.instance.arrayNode();
          guard.suspended().forEach(code -> array.add(json(code)));
          return answers.ok(array);
        });
  }

  /** Lets verification with every suspended code go on, and what waits for that at once. */
  CompletableFuture<ApiAnswer> resume(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    return blocking.call(
        () -> {
          int resumed = suspectedRows.resumeAll();
          return answers.ok(JsonNodeFactory.instance.objectNode().put("resumed", resumed));
        });
  }

  static ObjectNode json(SuspendedCode code) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", code.codeHash())
        .put("suspendedAt", code.suspendedAt().toString())
        .put("rejectedLogins", code.rejectedLogins());
  }
}
