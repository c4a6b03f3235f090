package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.delivery.Deliveries;
import io.autotaskprovisioner.delivery.DeliveryEntry;
import io.autotaskprovisioner.delivery.DeliveryFilter;
import io.autotaskprovisioner.delivery.DeliveryStatus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Shows what became of the caller's events and delivers them again. Thread-safe. */
final class DeliveryOperations {

  private static final String NOT_FOUND = "No delivery found with ID %s";
  private static final int DEFAULT_RATE = 100;
  private static final int MAX_RATE = 10_000;

  private final Deliveries deliveries;
  private final InstanceAnswers answers;
  private final Blocking blocking;
  private final Blocking bulk;

  DeliveryOperations(
      Deliveries deliveries, InstanceAnswers answers, Blocking blocking, Blocking bulk) {
    this.deliveries = deliveries;
    this.answers = answers;
    this.blocking = blocking;
    this.bulk = bulk;
  }

  CompletableFuture<ApiAnswer> list(ApiRequest request, Account caller) {
    Page page = Page.of(request);
    DeliveryFilter filter = filter(request, caller);
    return blocking.call(
        () ->
            answers.page(
                deliveries.list(filter, page.afterId(), page.size() + 1),
                page,
                DeliveryEntry::id,
                DeliveryOperations::json,
                Map.of()));
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
          if (!deliveries.redeliver(caller.id(), id)) {
            throw new ApiException(
                409, "Delivery %d is %s and will be sent anyway.".formatted(id, entry.status()));
          }
          return answers.ok(count("redelivered", 1));
        });
  }

  /**
   * Delivers all of the filter again, the exhausted ones unless it says otherwise, spread out by
   * {@code ratePerSecond}.
   */
  CompletableFuture<ApiAnswer> redeliverAll(ApiRequest request, Account caller) {
    DeliveryFilter filter = filter(request, caller);
    int rate =
        request.queryParameter("ratePerSecond").map(DeliveryOperations::rate).orElse(DEFAULT_RATE);
    if (filter.status() == DeliveryStatus.PENDING || filter.status() == DeliveryStatus.SENDING) {
      throw ApiException.badRequest(
          "status must be one of EXHAUSTED, DELIVERED, DISCARDED: the others will be sent anyway.");
    }
    return bulk.call(() -> answers.ok(count("redelivered", deliveries.redeliver(filter, rate))));
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

  /** Gives up all of the filter that wait; a call without one is more likely a slip than a wish. */
  CompletableFuture<ApiAnswer> discardAll(ApiRequest request, Account caller) {
    DeliveryFilter filter = filter(request, caller);
    if (filter.destination() == null && filter.instanceId() == null && filter.eventType() == null) {
      throw ApiException.badRequest("Give at least one of destination, instanceId, eventType.");
    }
    return bulk.call(() -> answers.ok(count("discarded", deliveries.discard(filter))));
  }

  private DeliveryEntry find(long id, Account caller) {
    return deliveries
        .find(caller.id(), id)
        .orElseThrow(() -> ApiException.notFound(NOT_FOUND.formatted(id)));
  }

  private static DeliveryFilter filter(ApiRequest request, Account caller) {
    Optional<Long> instanceId = request.queryParameter("instanceId").map(DeliveryOperations::id);
    return new DeliveryFilter(
        caller.id(),
        JournalOperations.choice(request, "status", DeliveryStatus.class),
        request.queryParameter("destination").orElse(null),
        instanceId.orElse(null),
        request.queryParameter("eventType").orElse(null));
  }

  private static long id(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw ApiException.badRequest("instanceId must be a number.");
    }
  }

  private static int rate(String text) {
    try {
      int rate = Integer.parseInt(text);
      if (rate >= 1 && rate <= MAX_RATE) {
        return rate;
      }
    } catch (NumberFormatException ignored) {
      // told below, together with a number out of bounds
    }
    throw ApiException.badRequest("ratePerSecond must be a number from 1 to " + MAX_RATE + ".");
  }

  static ObjectNode count(String name, long count) {
    return JsonNodeFactory.instance.objectNode().put(name, count);
  }

  private static ObjectNode json(DeliveryEntry entry) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", entry.id());
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
    json.put("createdAt", entry.createdAt().toString());
    json.put("finishedAt", entry.finishedAt() == null ? null : entry.finishedAt().toString());
    return json;
  }
}
