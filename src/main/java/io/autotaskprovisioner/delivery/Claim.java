package io.autotaskprovisioner.delivery;

import java.util.List;

/**
 * What one look at the table gave.
 *
 * @param leaseId fences the completions of these deliveries
 * @param destinationDisabled whether the destination takes nothing any more
 * @param exhausted pending deliveries given up because it is disabled
 * @param deliveries claimed now; empty where disabled or nothing is due
 */
record Claim(long leaseId, boolean destinationDisabled, int exhausted, List<Claimed> deliveries) {

  /**
   * One delivery held under a lease.
   *
   * @param attempts recorded so far
   */
  record Claimed(long id, long leaseId, int attempts, StoredEvent event) {}

  /** An attempt that ended, to be written. */
  record Completion(Claimed delivery, DeliveryOutcome outcome) {}
}
