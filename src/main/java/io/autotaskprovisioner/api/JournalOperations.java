package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.intake.BatchSummary;
import io.autotaskprovisioner.intake.RecentRates;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.BatchFilter;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.journal.JournalEntry;
import io.autotaskprovisioner.journal.RequestStatus;
import io.autotaskprovisioner.recovery.Filters;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Shows batches and requests and makes a failed one run again. An empty list is {@code []} here:
 * these paths are ours, not the hosted service's. Thread-safe.
 */
final class JournalOperations {

  private static final String NO_BATCH = "No batch found with ID %s";
  private static final String NO_REQUEST = "No request found with ID %s";

  private final Journal journal;
  private final Batches batches;
  private final InstanceAnswers answers;
  private final RecentRates rates;
  private final Clock clock;
  private final Blocking blocking;
  private final Filters filters;

  JournalOperations(
      Journal journal,
      Batches batches,
      InstanceAnswers answers,
      RecentRates rates,
      Clock clock,
      Filters filters,
      Blocking blocking) {
    this.journal = journal;
    this.batches = batches;
    this.answers = answers;
    this.rates = rates;
    this.clock = clock;
    this.blocking = blocking;
    this.filters = filters;
  }

  CompletableFuture<ApiAnswer> listBatches(ApiRequest request, Account caller) {
    Page page = Page.of(request);
    BatchFilter filter =
        CallerScope.checked(
            () ->
                filters.batches(
                    CallerScope.words(request, Filters.OF_BATCHES),
                    CallerScope.account(request, caller)));
    return blocking.call(
        () ->
            list(
                batches.list(filter, page.afterId(), page.size() + 1),
                page,
                Batch::id,
                batch -> json(batch, Map.of())));
  }

  CompletableFuture<ApiAnswer> getBatch(ApiRequest request, Account caller) {
    long id = request.pathId("id", NO_BATCH);
    return blocking.call(() -> answers.ok(json(batch(id, caller), batches.failures(id))));
  }

  /** The requests of one batch, failed ones unless {@code status} says otherwise. */
  CompletableFuture<ApiAnswer> listBatchFailures(ApiRequest request, Account caller) {
    long id = request.pathId("id", NO_BATCH);
    Page page = Page.of(request);
    FailureClass failureClass = choice(request, "failureClass", FailureClass.class);
    return blocking.call(
        () -> {
          batch(id, caller);
          return requests(
              new JournalFilter(null, id, null, RequestStatus.FAILED, failureClass), page);
        });
  }

  /** Gives up one waiting or failed request; one that was given up already is left so. */
  CompletableFuture<ApiAnswer> discardRequest(ApiRequest request, Account caller) {
    long id = request.pathId("id", NO_REQUEST);
    return blocking.call(
        () -> {
          boolean discarded = journal.discard(CallerScope.ofAny(caller), id);
          JournalEntry entry = entry(id, caller);
          if (!discarded && entry.status() != RequestStatus.DISCARDED) {
            throw new ApiException(
                409,
                "Request %d is %s: only a waiting or failed one is discarded."
                    .formatted(id, entry.status()));
          }
          return answers.ok(JournalJson.request(entry));
        });
  }

  CompletableFuture<ApiAnswer> listRequests(ApiRequest request, Account caller) {
    Page page = Page.of(request);
    JournalFilter filter =
        CallerScope.checked(
            () ->
                filters.requests(
                    CallerScope.words(request, Filters.OF_REQUESTS),
                    CallerScope.account(request, caller)));
    return blocking.call(() -> requests(filter, page));
  }

  CompletableFuture<ApiAnswer> getRequest(ApiRequest request, Account caller) {
    long id = request.pathId("id", NO_REQUEST);
    return blocking.call(() -> answers.ok(JournalJson.request(entry(id, caller))));
  }

  /** Makes one failed request wait again; 409 where it is not failed, or cannot run again. */
  CompletableFuture<ApiAnswer> retryRequest(ApiRequest request, Account caller) {
    long id = request.pathId("id", NO_REQUEST);
    return blocking.call(
        () -> {
          JournalEntry entry = entry(id, caller);
          if (entry.status() != RequestStatus.FAILED) {
            throw new ApiException(
                409,
                "Request %d is %s: only a failed one is run again.".formatted(id, entry.status()));
          }
          int count =
              journal.retry(
                  new JournalFilter(
                      CallerScope.ofAny(caller), null, id, RequestStatus.FAILED, null));
          if (count == 0) {
            throw new ApiException(
                409,
                "Request %d cannot run again: another request with its key has taken its place, or"
                        .formatted(id)
                    + " its payload is no longer kept. Send it anew.");
          }
          return retried(count);
        });
  }

  private ObjectNode json(Batch batch, Map<FailureClass, Long> failures) {
    return BatchSummary.json(batch, failures, rates.perSecond(batch), clock.instant());
  }

  private Batch batch(long id, Account caller) {
    return batches
        .find(id)
        .filter(batch -> CallerScope.includes(caller, batch.accountId()))
        .orElseThrow(() -> ApiException.notFound(NO_BATCH.formatted(id)));
  }

  private JournalEntry entry(long id, Account caller) {
    return journal
        .find(CallerScope.ofAny(caller), id)
        .orElseThrow(() -> ApiException.notFound(NO_REQUEST.formatted(id)));
  }

  private ApiAnswer requests(JournalFilter filter, Page page) {
    return answers.slice(
        journal.slice(filter, page.afterId(), page.size(), Page.PATIENCE), JournalJson::request);
  }

  private ApiAnswer retried(int count) {
    return answers.ok(JsonNodeFactory.instance.objectNode().put("retried", count));
  }

  private <T> ApiAnswer list(
      List<T> rows, Page page, ToLongFunction<T> id, Function<T, ObjectNode> show) {
    return answers.page(rows, page, id, show, Map.of());
  }

  /** The query parameter as one of the words of an enumeration; null where it is absent. */
  static <E extends Enum<E>> @Nullable E choice(
      ApiRequest request, String parameter, Class<E> words) {
    String value = request.queryParameter(parameter).orElse(null);
    if (value == null) {
      return null;
    }
    try {
      return Enum.valueOf(words, value.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(
          "%s must be one of %s.".formatted(parameter, Arrays.toString(words.getEnumConstants())));
    }
  }
}
