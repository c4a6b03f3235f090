package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.delivery.Deliveries;
import io.autotaskprovisioner.delivery.DeliveryEntry;
import io.autotaskprovisioner.delivery.DeliveryFilter;
import io.autotaskprovisioner.delivery.DeliveryStatus;
import io.autotaskprovisioner.recovery.Filters;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Shows what became of the caller's events and delivers them again. Thread-safe. */
final class DeliveryOperations {

  private static final String NOT_FOUND = "No delivery found with ID %s";

  private final Deliveries deliveries;
  private final Filters filters;
  private final InstanceAnswers answers;
  private final Blocking blocking;

  DeliveryOperations(
      Deliveries deliveries, Filters filters, InstanceAnswers answers, Blocking blocking) {
    this.deliveries = deliveries;
    this.filters = filters;
    this.answers = answers;
    this.blocking = blocking;
  }

  CompletableFuture<ApiAnswer> list(ApiRequest request, Account caller) {
    Page page = Page.of(request);
    DeliveryFilter filter =
        CallerScope.checked(
            () ->
                filters.deliveries(
                    CallerScope.words(request, Filters.OF_DELIVERIES),
                    CallerScope.account(request, caller)));
    return blocking.call(
        () ->
            answers.slice(
                deliveries.slice(filter, page.afterId(), page.size(), Page.PATIENCE),
                DeliveryOperations::json));
  }

  CompletableFuture<ApiAnswer> get(ApiRequest request, Account caller) {
    long id = request.pathId("id", NOT_FOUND);
    return blocking.call(() -> answers.ok(json(find(id, caller))));
  }

  /** Delivers one again; 409 while it is pending or being sent. */
  CompletableFuture<ApiAnswer> redeliver(ApiRequest request, Account caller) {
    long id = request.pathId("id", NOT_FOUND);
    return blocking.call(
        () -> {
          DeliveryEntry entry = find(id, caller);
          if (!deliveries.redeliver(CallerScope.ofAny(caller), id)) {
            throw new ApiException(
                409, "Delivery %d is %s and will be sent anyway.".formatted(id, entry.status()));
          }
          return answers.ok(count("redelivered", 1));
        });
  }

  /** Gives up one that waits; 409 while it is being sent or when it is finished. */
  CompletableFuture<ApiAnswer> discard(ApiRequest request, Account caller) {
    long id = request.pathId("id", NOT_FOUND);
    return blocking.call(
        () -> {
          DeliveryEntry entry = find(id, caller);
          if (!deliveries.discard(id)) {
            throw new ApiException(
                409, "Delivery %d is %s and cannot be discarded.".formatted(id, entry.status()));
          }
          return answers.ok(count("discarded", 1));
        });
  }

  private DeliveryEntry find(long id, Account caller) {
    return deliveries
        .find(CallerScope.ofAny(caller), id)
        .orElseThrow(() -> ApiException.notFound(NOT_FOUND.formatted(id)));
  }

  static ObjectNode count(String name, long count) {
    return JsonNodeFactory.instance.objectNode().put(name, count);
  }

  private static ObjectNode json(DeliveryEntry entry) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", entry.id());
    json.put("accountId", entry.accountId());
    json.put("eventId", entry.messageId());
    json.put("eventType", entry.eventType());
    json.put("instanceId", entry.instanceId());
    json.put("destination", entry.destination());
    json.put("status", entry.status().name());
    json.put("attempts", entry.attempts());
    json.put(
        "nextAttemptAt",
        entry.status() == DeliveryStatus.PENDING ? entry.nextAttemptAt().toString() : null);
    json.put("lastStatusCode", entry.lastStatusCode());
    json.put("lastError", entry.lastError());
    json.put("runsAgain", runsAgain(entry));
    json.put("createdAt", entry.createdAt().toString());
    json.put("finishedAt", entry.finishedAt() == null ? null : entry.finishedAt().toString());
    return json;
  }

  private static @Nullable String runsAgain(DeliveryEntry entry) {
    return switch (entry.status()) {
      case PENDING -> "By itself at %s.".formatted(entry.nextAttemptAt());
      case SENDING -> "It is being sent.";
      case EXHAUSTED, DISCARDED ->
          "Once the receiver is mended: POST /deliveries/%d/redeliver".formatted(entry.id());
      case DELIVERED -> null;
    };
  }
}
