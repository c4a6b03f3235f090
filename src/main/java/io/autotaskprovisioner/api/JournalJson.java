package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.BatchStatus;
import io.autotaskprovisioner.journal.JournalEntry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Batches and requests as the API shows them. Thread-safe. */
final class JournalJson {

  private final Clock clock;

  JournalJson(Clock clock) {
    this.clock = clock;
  }

  /** A batch with its counts, and while it runs its rate and the time it still needs. */
  ObjectNode batch(Batch batch) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", batch.id());
    json.put("door", batch.door().name());
    json.put("name", batch.name());
    json.put("resultName", batch.resultName());
    json.put("status", batch.status().name());
    json.put("errorMessage", batch.errorMessage());
    json.put("format", batch.format());
    json.put("sizeBytes", batch.sizeBytes());
    json.put("recordsRead", batch.recordsRead());
    ObjectNode counts = json.putObject("counts");
    counts.put("waiting", batch.waiting());
    counts.put("succeeded", batch.succeeded());
    counts.put("failed", batch.failed());
    counts.put("duplicate", batch.duplicate());
    counts.put("discarded", batch.discarded());
    pace(batch, json);
    json.put("createdAt", batch.createdAt().toString());
    json.put("readAt", text(batch.readAt()));
    json.put("finishedAt", text(batch.finishedAt()));
    return json;
  }

  /** A request without its payload. */
  ObjectNode request(JournalEntry entry) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", entry.id());
    json.put("requestId", entry.requestId());
    json.put("door", entry.door().name());
    json.put("batchId", entry.batchId());
    json.put("recordNumber", entry.recordNumber());
    json.put("source", entry.sourceReference());
    json.put("name", entry.name());
    json.put("userName", entry.userName());
    json.put("status", entry.status().name());
    json.put("attempts", entry.attempts());
    json.put("nextAttemptAt", entry.status().isFinal() ? null : text(entry.nextAttemptAt()));
    json.put("failureClass", entry.failureClass() == null ? null : entry.failureClass().name());
    json.put("message", entry.failureMessage());
    json.put("providerMessage", entry.providerMessage());
    json.put("advice", entry.failureClass() == null ? null : entry.failureClass().advice());
    json.put("instanceId", entry.instanceId());
    json.put("createdAt", entry.createdAt().toString());
    json.put("finishedAt", text(entry.finishedAt()));
    return json;
  }

  private void pace(Batch batch, ObjectNode json) {
    boolean unfinished =
        batch.status() == BatchStatus.RUNNING || batch.status() == BatchStatus.READING;
    long done = batch.recordsRead() - batch.waiting();
    double seconds = Duration.between(batch.createdAt(), clock.instant()).toMillis() / 1000.0;
    if (!unfinished || done <= 0 || seconds <= 0) {
      json.putNull("recordsPerSecond");
      json.putNull("secondsLeft");
      return;
    }
    double rate = done / seconds;
    json.put("recordsPerSecond", Math.round(rate * 10) / 10.0);
    if (batch.status() == BatchStatus.RUNNING) {
      json.put("secondsLeft", Math.round(batch.waiting() / rate));
    } else {
      // How many records are still to be read is not known before the file's end.
      json.putNull("secondsLeft");
    }
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
