package io.autotaskprovisioner.journal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request that this process works on until its lease ends.
 *
 * @param id of the journal row
 * @param leaseId fences the completion: it changes nothing once the lease is somebody else's
 * @param idempotencyKey becomes the instance's request key
 * @param attempts including this one
 */
public record ClaimedRequest(
    long id,
    long leaseId,
    @Nullable Long batchId,
    String idempotencyKey,
    int attempts,
    Instant createdAt,
    ProvisioningRequest request) {}
