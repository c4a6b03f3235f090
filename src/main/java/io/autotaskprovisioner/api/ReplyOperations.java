package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.journal.Replies;
import io.autotaskprovisioner.journal.ReplyEntry;
import io.autotaskprovisioner.journal.ReplyFilter;
import io.autotaskprovisioner.journal.ReplyFilter.ReplyStatus;
import io.autotaskprovisioner.recovery.Filters;
import java.util.concurrent.CompletableFuture;

/** Shows the replies of the queue that could not be sent. Thread-safe. */
final class ReplyOperations {

  private final Replies replies;
  private final Filters filters;
  private final InstanceAnswers answers;
  private final Blocking blocking;

  ReplyOperations(Replies replies, Filters filters, InstanceAnswers answers, Blocking blocking) {
    this.replies = replies;
    this.filters = filters;
    this.answers = answers;
    this.blocking = blocking;
  }

  CompletableFuture<ApiAnswer> list(ApiRequest request, Account caller) {
    Page page = Page.of(request);
    ReplyFilter filter =
        CallerScope.checked(
            () ->
                filters.replies(
                    CallerScope.words(request, Filters.OF_REPLIES),
                    CallerScope.account(request, caller)));
    return blocking.call(
        () ->
            answers.slice(
                replies.slice(filter, page.afterId(), page.size(), Page.PATIENCE),
                ReplyOperations::json));
  }

  private static ObjectNode json(ReplyEntry entry) {
    boolean refused = entry.status() == ReplyStatus.REFUSED;
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("request", entry.request());
    json.put("accountId", entry.accountId());
    json.put("status", entry.status().name());
    json.put("destination", entry.destination());
    json.put("topic", entry.topic());
    json.put("correlationId", entry.correlationId());
    json.put("attempts", entry.attempts());
    json.put("lastError", entry.lastError());
    json.put("nextAttemptAt", entry.dueAt() == null ? null : entry.dueAt().toString());
    json.put("refusedAt", entry.refusedAt() == null ? null : entry.refusedAt().toString());
    json.put(
        "runsAgain",
        refused
            ? "Mend what the broker says, then POST /replies/retry?request=" + entry.request()
            : "By itself.");
    return json;
  }
}
