package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.journal.FailureClass;
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
    json.put("accountId", entry.accountId());
    json.put("requestId", entry.requestId());
    json.put("door", entry.door().name());
    json.put("batchId", entry.batchId());
    json.put("recordNumber", entry.recordNumber());
    json.put("source", entry.sourceReference());
    json.put("name", entry.name());
    json.put("userName", entry.userName());
    json.put("element", entry.element());
    json.put("status", entry.status().name());
    json.put("attempts", entry.attempts());
    json.put("nextAttemptAt", entry.status().isFinal() ? null : text(entry.nextAttemptAt()));
    json.put("failureClass", entry.failureClass() == null ? null : entry.failureClass().name());
    json.put("message", entry.failureMessage());
    json.put("providerMessage", entry.providerMessage());
    json.put("advice", entry.failureClass() == null ? null : entry.failureClass().advice());
    json.put("stuckSince", text(stuckSince(entry)));
    json.put("runsAgain", runsAgain(entry));
    json.put("instanceId", entry.instanceId());
    json.put("createdAt", entry.createdAt().toString());
    json.put("finishedAt", text(entry.finishedAt()));
    return json;
  }

  /** Since when it waits or has failed; null where it is neither. */
  private static @Nullable Instant stuckSince(JournalEntry entry) {
    return switch (entry.status()) {
      case WAITING -> entry.createdAt();
      case FAILED -> entry.finishedAt();
      default -> null;
    };
  }

  /** What would run it again; null where nothing would. */
  private static @Nullable String runsAgain(JournalEntry entry) {
    return switch (entry.status()) {
      case WAITING ->
          entry.failureClass() == FailureClass.INTEGRATION_CODE
              ? "Once the integration code is right: POST /verification/resume"
              : "By itself at %s.".formatted(entry.nextAttemptAt());
      case RUNNING -> "It is being worked on.";
      case FAILED ->
          entry.payloadKept()
              ? "Once the cause is mended: POST /requests/%d/retry".formatted(entry.id())
              : "Send it again, corrected: what it asked for is not kept.";
      default -> null;
    };
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
