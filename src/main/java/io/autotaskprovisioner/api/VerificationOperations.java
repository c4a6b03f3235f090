package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.journal.RequestStatus;
import io.autotaskprovisioner.provisioning.JdbcLoginGuard;
import io.autotaskprovisioner.provisioning.SuspectedRows;
import io.autotaskprovisioner.provisioning.SuspendedCode;
import java.util.concurrent.CompletableFuture;

/**
 * Shows integration codes that are suspected of being wrong, and lets verification with them go on.
 * For administrators. Thread-safe.
 */
final class VerificationOperations {

  /** Our choice: more than that is told as that. */
  private static final long COUNTED = 100_000;

  private final JdbcLoginGuard guard;
  private final SuspectedRows suspectedRows;
  private final Journal journal;
  private final InstanceAnswers answers;
  private final Blocking blocking;

  VerificationOperations(
      JdbcLoginGuard guard,
      SuspectedRows suspectedRows,
      Journal journal,
      InstanceAnswers answers,
      Blocking blocking) {
    this.guard = guard;
    this.suspectedRows = suspectedRows;
    this.journal = journal;
    this.answers = answers;
    this.blocking = blocking;
  }

  CompletableFuture<ApiAnswer> suspended(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    return blocking.call(
        () -> {
          ArrayNode array = JsonNodeFactory.instance.arrayNode();
          guard.suspended().forEach(code -> array.add(json(code, journal)));
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

  /** The same for one code. */
  CompletableFuture<ApiAnswer> resumeOne(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    String code = request.pathParameters().get("code");
    return blocking.call(
        () -> {
          if (!suspectedRows.resume(code)) {
            throw ApiException.notFound("No integration code is suspended with ID " + code);
          }
          return answers.ok(JsonNodeFactory.instance.objectNode().put("resumed", 1));
        });
  }

  /** With how much waits for it, and how much was rejected under it for good. */
  static ObjectNode json(SuspendedCode code, Journal journal) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", code.codeHash())
        .put("suspendedAt", code.suspendedAt().toString())
        .put("rejectedLogins", code.rejectedLogins())
        .put("waitingRequests", count(code, RequestStatus.WAITING, journal))
        .put("failedRequests", count(code, RequestStatus.FAILED, journal));
  }

  private static long count(SuspendedCode code, RequestStatus status, Journal journal) {
    return journal.count(JournalFilter.ofSuspendedCode(code.codeHash(), status), COUNTED);
  }
}
