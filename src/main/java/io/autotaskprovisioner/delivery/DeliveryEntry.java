package io.autotaskprovisioner.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One delivery as shown to its account and to operators; holds no secret.
 *
 * @param attempts whose outcome is recorded
 * @param nextAttemptAt meaningful while {@code PENDING}
 * @param lastStatusCode of the last attempt; null where no answer came or none was made
 * @param lastError why the last attempt failed; null where it did not
 * @param finishedAt null until delivered, exhausted or discarded
 */
public record DeliveryEntry(
    long id,
    long eventId,
    String eventType,
    long accountId,
    long instanceId,
    String destination,
    DeliveryStatus status,
    int attempts,
    Instant nextAttemptAt,
    @Nullable Integer lastStatusCode,
    @Nullable String lastError,
    Instant createdAt,
    @Nullable Instant finishedAt) {

  /** The event's id as the receiver sees it. */
  public String messageId() {
    return StoredEvent.messageId(eventId);
  }
}
