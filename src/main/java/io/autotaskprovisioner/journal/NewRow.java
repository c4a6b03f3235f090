package io.autotaskprovisioner.journal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A journal row before its insert.
 *
 * @param requestId the caller's own id, or the generated one of the request it corrects
 * @param idempotencyKey null where the record could not be read
 * @param messageKey tells a message that is delivered again; null where no reply is owed or the
 *     message has no id
 * @param elementKey as the catalogue has it; null where no such element is known
 * @param status {@code WAITING}, {@code DUPLICATE} or {@code FAILED}
 */
record NewRow(
    long id,
    JournalRecord record,
    @Nullable String requestId,
    @Nullable String idempotencyKey,
    byte @Nullable [] payloadHash,
    byte @Nullable [] sealedPayload,
    byte @Nullable [] sealedOriginal,
    @Nullable String name,
    @Nullable String userName,
    @Nullable String elementKey,
    RequestStatus status,
    Instant nextAttemptAt,
    @Nullable Failure failure,
    @Nullable String note,
    @Nullable Long instanceId,
    @Nullable String messageKey) {

  /** The row as a repeat of another; keeps no payload. */
  NewRow duplicateOf(String message, @Nullable Long existingInstanceId) {
    return new NewRow(
        id,
        record,
        requestId,
        idempotencyKey,
        payloadHash,
        null,
        sealedOriginal,
        name,
        userName,
        elementKey,
        RequestStatus.DUPLICATE,
        nextAttemptAt,
        null,
        message,
        existingInstanceId,
        messageKey);
  }

  /** The row as a failed one; keeps its payload, so that it can be corrected. */
  NewRow failed(Failure reason) {
    return new NewRow(
        id,
        record,
        requestId,
        idempotencyKey,
        payloadHash,
        sealedPayload,
        sealedOriginal,
        name,
        userName,
        elementKey,
        RequestStatus.FAILED,
        nextAttemptAt,
        reason,
        null,
        null,
        messageKey);
  }
}
