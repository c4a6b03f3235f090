package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.delivery.Deliveries;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.BatchStatus;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.recovery.FilterWords;
import io.autotaskprovisioner.recovery.Filters;
import io.autotaskprovisioner.recovery.Operation;
import io.autotaskprovisioner.recovery.OperationKind;
import io.autotaskprovisioner.recovery.OperationStatus;
import io.autotaskprovisioner.recovery.Operations;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/**
 * Runs again, or gives up, all that matches a filter. Each is a stored operation; where it ends
 * within a few seconds the answer is its count, else 202 with the operation, which goes on. {@code
 * dryRun=true} only counts. Thread-safe.
 */
final class BulkOperations {

  /** Our choice: most end within it, and no caller's own timeout is so short. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Our choice: what a dry run counts on either database within two seconds. */
  private static final long COUNTED = 1_000_000;

  private static final int DELIVERIES_PER_SECOND = 100;
  private static final int MAX_RATE = 10_000;
  private static final String NO_OPERATION = "No operation found with ID %s";
  private static final String NO_BATCH = "No batch found with ID %s";

  private final Operations operations;
  private final Batches batches;
  private final Deliveries deliveries;
  private final InstanceAnswers answers;
  private final Blocking blocking;
  private final Blocking bulk;

  BulkOperations(Registry registry, InstanceAnswers answers, Blocking blocking, Blocking bulk) {
    this.operations = registry.findSingleByType(Operations.class);
    this.batches = registry.findSingleByType(Batches.class);
    this.deliveries = registry.findSingleByType(Deliveries.class);
    this.answers = answers;
    this.blocking = blocking;
    this.bulk = bulk;
  }

  /** Failed requests that match wait again. */
  CompletableFuture<ApiAnswer> retryRequests(ApiRequest request, Account caller) {
    return run(
        request,
        caller,
        new Order(
            OperationKind.RETRY_REQUESTS,
            CallerScope.words(request, Filters.OF_REQUESTS),
            CallerScope.account(request, caller)));
  }

  /** Failed requests of the batch that match wait again. */
  CompletableFuture<ApiAnswer> retryBatch(ApiRequest request, Account caller) {
    long id = request.pathId("id", NO_BATCH);
    FilterWords words = CallerScope.words(request, Filters.OF_REQUESTS).with("batch", id);
    return bulk.call(
        () -> {
          Batch batch =
              batches
                  .find(id)
                  .filter(found -> CallerScope.includes(caller, found.accountId()))
                  .orElseThrow(() -> ApiException.notFound(NO_BATCH.formatted(id)));
          if (batch.status() == BatchStatus.CANCELLED) {
            throw new ApiException(
                409, "Batch %d is cancelled: send what is to run again anew.".formatted(id));
          }
          return answer(
              request,
              caller,
              new Order(OperationKind.RETRY_REQUESTS, words, CallerScope.ofAny(caller)));
        });
  }

  /**
   * Requests that match are given up, failed ones unless the filter says otherwise; a call without
   * a filter is more likely a slip than a wish.
   */
  CompletableFuture<ApiAnswer> discardRequests(ApiRequest request, Account caller) {
    FilterWords words = CallerScope.words(request, Filters.OF_REQUESTS);
    if (words.with("status", null).words().isEmpty()) {
      throw ApiException.badRequest(
          "Give at least one of failureClass, batch, door, element, text, requestId, from, to.");
    }
    return run(
        request,
        caller,
        new Order(OperationKind.DISCARD_REQUESTS, words, CallerScope.account(request, caller)));
  }

  /** What waits for one suspended integration code is given up; for administrators. */
  CompletableFuture<ApiAnswer> discardSuspended(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    FilterWords words =
        FilterWords.of(
            Map.of("suspendedCode", request.pathParameters().get("code"), "status", "WAITING"));
    return run(request, caller, new Order(OperationKind.DISCARD_REQUESTS, words, null));
  }

  /** Deliveries that match are sent again, the exhausted ones unless the filter says otherwise. */
  CompletableFuture<ApiAnswer> redeliver(ApiRequest request, Account caller) {
    return run(
        request,
        caller,
        new Order(
            OperationKind.REDELIVER,
            CallerScope.words(request, Filters.OF_DELIVERIES),
            CallerScope.account(request, caller)));
  }

  /** Deliveries that match are given up, those that wait unless the filter says EXHAUSTED. */
  CompletableFuture<ApiAnswer> discardDeliveries(ApiRequest request, Account caller) {
    FilterWords words = CallerScope.words(request, Filters.OF_DELIVERIES);
    if (words.with("status", null).words().isEmpty()) {
      throw ApiException.badRequest(
          "Give at least one of destination, instanceId, eventType, from, to, lastStatusCode,"
              + " error.");
    }
    return run(
        request,
        caller,
        new Order(OperationKind.DISCARD_DELIVERIES, words, CallerScope.account(request, caller)));
  }

  /**
   * What waits for a destination, which may have left the settings, is given up; for
   * administrators, since it is everybody's.
   */
  CompletableFuture<ApiAnswer> discardOfDestination(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    String name = request.pathParameters().get("name");
    FilterWords words = FilterWords.of(Map.of("destination", name));
    return bulk.call(
        () -> {
          if (deliveries.destinations().stream().noneMatch(d -> d.name().equals(name))) {
            throw ApiException.notFound("No destination found with name " + name);
          }
          return answer(
              request,
              caller,
              new Order(OperationKind.DISCARD_DELIVERIES, words, null).named(name));
        });
  }

  /** Replies that every queue refused are sent again. */
  CompletableFuture<ApiAnswer> retryReplies(ApiRequest request, Account caller) {
    return run(
        request,
        caller,
        new Order(
            OperationKind.RETRY_REPLIES,
            CallerScope.words(request, Filters.OF_REPLIES),
            CallerScope.account(request, caller)));
  }

  /** Replies are given up, the refused ones unless the filter says WAITING. */
  CompletableFuture<ApiAnswer> discardReplies(ApiRequest request, Account caller) {
    return run(
        request,
        caller,
        new Order(
            OperationKind.DISCARD_REPLIES,
            CallerScope.words(request, Filters.OF_REPLIES),
            CallerScope.account(request, caller)));
  }

  /** The operations that the caller asked for; an administrator's list holds everybody's. */
  CompletableFuture<ApiAnswer> list(ApiRequest request, Account caller) {
    Page page = Page.of(request);
    OperationStatus status = JournalOperations.choice(request, "status", OperationStatus.class);
    return blocking.call(
        () ->
            answers.slice(
                operations.list(CallerScope.ofAny(caller), status, page.afterId(), page.size()),
                OperationJson::of));
  }

  CompletableFuture<ApiAnswer> get(ApiRequest request, Account caller) {
    long id = request.pathId("id", NO_OPERATION);
    return blocking.call(() -> answers.ok(OperationJson.of(find(id, caller))));
  }

  /** Stops it within a piece; one that has ended is left as it is. */
  CompletableFuture<ApiAnswer> cancel(ApiRequest request, Account caller) {
    long id = request.pathId("id", NO_OPERATION);
    return blocking.call(
        () -> {
          find(id, caller);
          operations.cancel(id);
          return answers.ok(OperationJson.of(find(id, caller)));
        });
  }

  private Operation find(long id, Account caller) {
    return operations
        .find(id)
        .filter(found -> CallerScope.includes(caller, found.requestedBy()))
        .orElseThrow(() -> ApiException.notFound(NO_OPERATION.formatted(id)));
  }

  /**
   * What is to be done.
   *
   * @param accountId whose rows; null for those of all accounts
   * @param name that the answer repeats; null where there is none
   */
  private record Order(
      OperationKind kind, FilterWords words, @Nullable Long accountId, @Nullable String name) {

    Order(OperationKind kind, FilterWords words, @Nullable Long accountId) {
      this(kind, words, accountId, null);
    }

    Order named(String other) {
      return new Order(kind, words, accountId, other);
    }
  }

  private CompletableFuture<ApiAnswer> run(ApiRequest request, Account caller, Order order) {
    return bulk.call(() -> answer(request, caller, order));
  }

  private ApiAnswer answer(ApiRequest request, Account caller, Order order) {
    Integer rate = rate(request, order.kind());
    if (request.queryFlag("dryRun", false)) {
      return dryRun(order);
    }
    Operation begun =
        CallerScope.checked(
            () ->
                operations.begin(
                    order.kind(), order.words(), order.accountId(), caller.id(), rate));
    Operation operation = operations.workOn(begun.id(), PATIENCE);
    if (operation.status() == OperationStatus.RUNNING) {
      return new ApiAnswer(
          202,
          Map.of("Location", "/operations/" + operation.id()),
          answers.ok(OperationJson.of(operation)).body());
    }
    if (operation.status() == OperationStatus.FAILED) {
      throw new ApiException(
          500, "Operation %d failed: %s".formatted(operation.id(), operation.failure()));
    }
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put(order.kind().countName(), operation.done())
            .put("operationId", operation.id());
    if (order.name() != null) {
      json.put("name", order.name());
    }
    return answers.ok(json);
  }

  private ApiAnswer dryRun(Order order) {
    long matching =
        CallerScope.checked(
            () -> operations.count(order.kind(), order.words(), order.accountId(), COUNTED));
    return answers.ok(
        JsonNodeFactory.instance
            .objectNode()
            .put("dryRun", true)
            .put("matching", matching)
            .put("exact", matching < COUNTED));
  }

  private static @Nullable Integer rate(ApiRequest request, OperationKind kind) {
    String given = request.queryParameter("ratePerSecond").orElse(null);
    if (!kind.isPaced() || given == null) {
      return kind == OperationKind.REDELIVER ? (Integer) DELIVERIES_PER_SECOND : null;
    }
    try {
      int rate = Integer.parseInt(given);
      if (rate >= 1 && rate <= MAX_RATE) {
        return rate;
      }
    } catch (NumberFormatException ignored) {
      // told below, together with a number out of bounds
    }
    throw ApiException.badRequest("ratePerSecond must be a number from 1 to " + MAX_RATE + ".");
  }
}
