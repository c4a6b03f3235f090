package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.journal.JournalEntry;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Requests of the journal as the API shows them. */
final class JournalJson {

  private JournalJson() {}

  /** A request without its payload. */
  static ObjectNode request(JournalEntry entry) {
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

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
