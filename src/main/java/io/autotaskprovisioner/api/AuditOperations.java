package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.audit.AuditEntry;
import io.autotaskprovisioner.audit.AuditFilter;
import io.autotaskprovisioner.audit.AuditOutcome;
import io.autotaskprovisioner.audit.AuditTrail;
import io.autotaskprovisioner.audit.AuditedAct;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Shows who did what, newest first: all of it to an administrator, to a member what it did itself.
 * Thread-safe.
 */
final class AuditOperations {

  private final AuditTrail trail;
  private final InstanceAnswers answers;
  private final Blocking blocking;

  AuditOperations(AuditTrail trail, InstanceAnswers answers, Blocking blocking) {
    this.trail = trail;
    this.answers = answers;
    this.blocking = blocking;
  }

  CompletableFuture<ApiAnswer> list(ApiRequest request, Account caller) {
    Page page = Page.of(request);
    AuditFilter filter =
        new AuditFilter(
            account(request, caller),
            JournalOperations.choice(request, "act", AuditedAct.class),
            request.queryParameter("targetKind").orElse(null),
            request.queryParameter("target").orElse(null),
            JournalOperations.choice(request, "outcome", AuditOutcome.class),
            time(request, "from"),
            time(request, "to"));
    long before = page.afterId() == 0 ? Long.MAX_VALUE : page.afterId();
    return blocking.call(
        () ->
            answers.page(
                trail.list(filter, before, page.size() + 1),
                page,
                AuditEntry::id,
                AuditOperations::json,
                Map.of()));
  }

  private static @Nullable Long account(ApiRequest request, Account caller) {
    if (!caller.isAdmin()) {
      return caller.id();
    }
    return request
        .queryParameter("account")
        .map(
            text -> {
              try {
                return Long.valueOf(text);
              } catch (NumberFormatException e) {
                throw ApiException.badRequest("account must be the id of an account.");
              }
            })
        .orElse(null);
  }

  private static @Nullable Instant time(ApiRequest request, String name) {
    return request
        .queryParameter(name)
        .map(
            text -> {
              try {
                // A + that a URL does not encode arrives as a space.
                return OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
              } catch (DateTimeParseException e) {
                throw ApiException.badRequest(
                    "%s must be a time such as 2026-01-31T08:00:00Z.".formatted(name));
              }
            })
        .orElse(null);
  }

  private static ObjectNode json(AuditEntry entry) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", entry.id());
    json.put("at", entry.occurredAt().toString());
    json.put("endedAt", entry.endedAt() == null ? null : entry.endedAt().toString());
    json.put("account", entry.origin().accountId());
    json.put("by", entry.origin().accountId() == null ? "command line" : "account");
    json.put("from", entry.origin().place());
    json.put("requestId", entry.origin().requestId());
    json.put("act", entry.act());
    json.put("targetKind", entry.targetKind());
    json.put("target", entry.target());
    json.put("outcome", entry.outcome().name());
    json.put("statusCode", entry.statusCode());
    json.put("affected", entry.affected());
    return json;
  }
}
