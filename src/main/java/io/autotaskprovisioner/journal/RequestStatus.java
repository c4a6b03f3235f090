package io.autotaskprovisioner.journal;

/** Where a request stands in the journal. */
public enum RequestStatus {
  WAITING,
  RUNNING,
  SUCCEEDED,
  FAILED,
  DUPLICATE,
  DISCARDED;

  /** Whether nothing further happens to the request by itself. */
  public boolean isFinal() {
    return this != WAITING && this != RUNNING;
  }
}
