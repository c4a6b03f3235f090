package io.autotaskprovisioner.journal;

import org.jspecify.annotations.Nullable;

/**
 * A reply that this process sends while its lease lasts.
 *
 * @param id of the request's journal row
 * @param round how often the request has come to its end, from 1: one that was run again by hand is
 *     replied to once more
 * @param attempts sendings of this round that failed
 * @param requestId the caller's own id, else {@code r-<id>}
 * @param status final
 * @param instanceId what the request made, or what it repeats; null where there is none
 */
public record OwedReply(
    long id,
    long leaseId,
    int round,
    int attempts,
    ReplyAddress address,
    String requestId,
    RequestStatus status,
    @Nullable FailureClass failureClass,
    @Nullable String message,
    @Nullable Long instanceId) {}
