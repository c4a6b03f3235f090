package io.autotaskprovisioner.journal;

/** Where a batch stands. */
public enum BatchStatus {
  /** Its records are being put into the journal. */
  READING,
  /** Every record is in the journal; some are still waiting or running. */
  RUNNING,
  FINISHED,
  CANCELLED
}
