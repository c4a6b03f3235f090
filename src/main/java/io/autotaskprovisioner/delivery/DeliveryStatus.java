package io.autotaskprovisioner.delivery;

/** Where a delivery stands. */
public enum DeliveryStatus {
  /** Due now or at its next attempt. */
  PENDING,
  /** Claimed by a process whose lease runs. */
  SENDING,
  /** The receiver took it. */
  DELIVERED,
  /** Given up after the last attempt, or because its destination is disabled. */
  EXHAUSTED,
  /** An operator cancelled it. */
  DISCARDED
}
