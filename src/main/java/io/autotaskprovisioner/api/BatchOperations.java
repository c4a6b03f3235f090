package io.autotaskprovisioner.api;

import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.intake.BatchResults;
import io.autotaskprovisioner.intake.BatchSummary;
import io.autotaskprovisioner.intake.RecentRates;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.BatchStatus;
import io.autotaskprovisioner.journal.Batches;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The result files of the caller's batches, and cancelling one. Thread-safe. */
final class BatchOperations {

  private static final String NO_BATCH = "No batch found with ID %s";

  private final Batches batches;
  private final BatchResults results;
  private final RecentRates rates;
  private final InstanceAnswers answers;
  private final Clock clock;
  private final Blocking blocking;

  BatchOperations(
      Batches batches,
      BatchResults results,
      RecentRates rates,
      InstanceAnswers answers,
      Clock clock,
      Blocking blocking) {
    this.batches = batches;
    this.results = results;
    this.rates = rates;
    this.answers = answers;
    this.clock = clock;
    this.blocking = blocking;
  }

  /** One result file, streamed from the disk. */
  CompletableFuture<ApiAnswer> result(ApiRequest request, Account caller) {
    long id = request.pathId("id", NO_BATCH);
    BatchResults.Kind kind =
        BatchResults.Kind.ofEnding(request.pathParameters().get("file"))
            .orElseThrow(
                () ->
                    ApiException.notFound(
                        "A batch has the results summary.json, failed.csv and succeeded.ndjson."));
    return blocking.call(
        () -> {
          // Its file may hold tokens, which are the owner's alone.
          Batch batch =
              batches
                  .find(id)
                  .filter(found -> found.accountId() == caller.id())
                  .orElseThrow(() -> ApiException.notFound(NO_BATCH.formatted(id)));
          Path file =
              results
                  .find(batch, kind)
                  .orElseThrow(
                      () ->
                          ApiException.notFound(
                              "There is no such result of batch %d yet, or it was removed."
                                  .formatted(id)));
          return ApiAnswer.ofFile(
              file,
              Map.of(
                  "Content-Type",
                  kind.mediaType(),
                  "Content-Disposition",
                  attachment(results.name(batch, kind))));
        });
  }

  /** Cancels the batch; one that is over is left as it is. */
  CompletableFuture<ApiAnswer> cancel(ApiRequest request, Account caller) {
    long id = request.pathId("id", NO_BATCH);
    return blocking.call(
        () -> {
          batch(id, caller);
          batches.cancel(id);
          Batch batch = batch(id, caller);
          return answers.ok(
              BatchSummary.json(
                  batch, batches.failures(id), rates.perSecond(batch), clock.instant()));
        });
  }

  /** Ends a reading that stands still; what was read is worked on. */
  CompletableFuture<ApiAnswer> end(ApiRequest request, Account caller) {
    long id = request.pathId("id", NO_BATCH);
    return blocking.call(
        () -> {
          Batch before = batch(id, caller);
          if (!batches.endReading(id, BatchSummary.STANDSTILL)) {
            throw new ApiException(
                409,
                "Batch %d is %s%s: only a reading that stands still is ended."
                    .formatted(
                        id,
                        before.status(),
                        before.status() == BatchStatus.READING ? " and goes on" : ""));
          }
          Batch batch = batch(id, caller);
          return answers.ok(
              BatchSummary.json(
                  batch, batches.failures(id), rates.perSecond(batch), clock.instant()));
        });
  }

  private Batch batch(long id, Account caller) {
    return batches
        .find(id)
        .filter(batch -> CallerScope.includes(caller, batch.accountId()))
        .orElseThrow(() -> ApiException.notFound(NO_BATCH.formatted(id)));
  }

  /** RFC 6266 with the extended form, since a name may hold any letter. */
  private static String attachment(String name) {
    return "attachment; filename*=UTF-8''"
        + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
  }
}
