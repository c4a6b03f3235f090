package io.autotaskprovisioner.audit;

/** How an act ended. */
public enum AuditOutcome {
  /**
   * It was begun, and its end is not told: it is under way, or the process died, or the database
   * went away, and it may have been done or not.
   */
  BEGUN,
  /** It was done. */
  DONE,
  /** It was refused, and nothing was changed. */
  REFUSED,
  /** It ended in an error; part of it may have been done. */
  FAILED
}
