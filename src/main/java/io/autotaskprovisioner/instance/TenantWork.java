package io.autotaskprovisioner.instance;

import java.time.Instant;

/**
 * A tenant that is to be asked, claimed under a lease.
 *
 * @param attempts with this one
 * @param facts what earlier attempts learnt
 * @param notedAt since when it is to be asked
 */
public record TenantWork(
    long databaseId, long leaseId, int attempts, TenantFacts facts, Instant notedAt) {}
