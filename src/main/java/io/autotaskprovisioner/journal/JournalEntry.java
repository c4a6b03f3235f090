package io.autotaskprovisioner.journal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request as it stands in the journal, without its payload; what lists, results and replies show.
 *
 * @param requestId the caller's own id, else {@code r-<id>}: what a corrected record refers to
 * @param element key; null where none is known, and in rows of versions that did not keep it
 * @param original the record's original cells, secrets masked; null where none were kept
 * @param payloadKept whether it can be run again as it was
 */
public record JournalEntry(
    long id,
    long accountId,
    Door door,
    @Nullable Long batchId,
    @Nullable Long recordNumber,
    String sourceReference,
    String requestId,
    @Nullable String name,
    @Nullable String userName,
    @Nullable String element,
    RequestStatus status,
    int attempts,
    Instant nextAttemptAt,
    @Nullable FailureClass failureClass,
    @Nullable String failureMessage,
    @Nullable String providerMessage,
    @Nullable Long instanceId,
    @Nullable String original,
    boolean payloadKept,
    Instant createdAt,
    @Nullable Instant finishedAt) {}
