package io.autotaskprovisioner.recovery;

/** Where a bulk operation stands. */
public enum OperationStatus {
  RUNNING,
  FINISHED,
  CANCELLED,
  FAILED
}
