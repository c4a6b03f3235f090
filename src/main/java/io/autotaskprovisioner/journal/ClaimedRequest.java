package io.autotaskprovisioner.journal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request that this process works on until its lease ends.
 *
 * @param id of the journal row
 * @param leaseId fences the completion: it changes nothing once the lease is somebody else's
 * @param firstAttemptAt when it was claimed for the first time; retries give up counting from here
 * @param idempotencyKey becomes the instance's request key
 * @param attempts including this one
 */
public record ClaimedRequest(
    long id,
    long leaseId,
    Door door,
    @Nullable Long batchId,
    String idempotencyKey,
    int attempts,
    Instant createdAt,
    Instant firstAttemptAt,
    ProvisioningRequest request) {}
