package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.BatchStatus;
import io.autotaskprovisioner.journal.FailureClass;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch in numbers, for people and programs: counts per status, failures by class with what to do
 * about them, rate, time left.
 */
public final class BatchSummary {

  /** A reading that lives is never paused for more than a minute. */
  public static final Duration STANDSTILL = Duration.ofMinutes(2);

  private BatchSummary() {}

  /**
   * @param failures counts by class
   * @param rate requests that came to an end, a second
   * @param now when the counts were read
   */
  public static ObjectNode json(
      Batch batch, Map<FailureClass, Long> failures, double rate, Instant now) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", batch.id());
    json.put("accountId", batch.accountId());
    json.put("name", batch.name());
    json.put("door", batch.door().name());
    json.put("format", batch.format());
    json.put("status", batch.status().name());
    json.put("error", batch.errorMessage());
    json.put("stuck", stuck(batch, now));
    json.put("records", batch.recordsRead());
    json.put("waiting", batch.waiting());
    json.put("succeeded", batch.succeeded());
    json.put("failed", batch.failed());
    json.put("duplicate", batch.duplicate());
    json.put("discarded", batch.discarded());
    ArrayNode classes = json.putArray("failures");
    failures.forEach(
        (failureClass, count) ->
            classes
                .addObject()
                .put("failureClass", failureClass.name())
                .put("count", count)
                .put("advice", failureClass.advice()));
    ArrayNode files = json.putArray("resultFiles");
    List.of(".summary.json", ".failed.csv", ".succeeded.ndjson")
        .forEach(suffix -> files.add(batch.resultName() + suffix));
    json.put("recordsPerSecond", Math.round(rate * 100) / 100.0);
    json.put("secondsLeft", secondsLeft(batch, rate));
    json.put("createdAt", text(batch.createdAt()));
    json.put("readAt", text(batch.readAt()));
    json.put("finishedAt", text(batch.finishedAt()));
    json.put("updatedAt", text(now));
    return json;
  }

  /**
   * What is the matter with a reading that stands still, and the way out; null where nothing is.
   */
  private static @Nullable String stuck(Batch batch, Instant now) {
    Instant since = batch.progressAt() == null ? batch.createdAt() : batch.progressAt();
    if (batch.status() != BatchStatus.READING || now.isBefore(since.plus(STANDSTILL))) {
      return null;
    }
    return "No record was read since %s: the file may be gone, or what reads it is away. It goes on when both are back; POST /batches/%d/end works on what was read, POST /batches/%d/cancel gives up what waits."
        .formatted(since, batch.id(), batch.id());
  }

  /** Null while it is not known: not everything is read, or nothing has ended yet. */
  private static @Nullable Long secondsLeft(Batch batch, double rate) {
    if (batch.status() == BatchStatus.READING || (batch.waiting() > 0 && rate <= 0)) {
      return null;
    }
    return batch.waiting() == 0 ? 0 : Math.round(Math.ceil(batch.waiting() / rate));
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
