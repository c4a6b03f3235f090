package io.autotaskprovisioner.recovery;

/** What a bulk operation does with each row of its filter. */
public enum OperationKind {
  RETRY_REQUESTS("retried"),
  DISCARD_REQUESTS("discarded"),
  REDELIVER("redelivered"),
  DISCARD_DELIVERIES("discarded"),
  RETRY_REPLIES("retried"),
  DISCARD_REPLIES("discarded");

  private final String countName;

  OperationKind(String countName) {
    this.countName = countName;
  }

  /** What the API calls the number of rows that were changed. */
  public String countName() {
    return countName;
  }

  /** Whether rows become due, so that a rate can be kept. */
  public boolean isPaced() {
    return this == RETRY_REQUESTS || this == REDELIVER || this == RETRY_REPLIES;
  }
}
