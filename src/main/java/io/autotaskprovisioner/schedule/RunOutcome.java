package io.autotaskprovisioner.schedule;

/** How a run ended. */
public enum RunOutcome {
  RUNNING,
  COMPLETED,
  /** It ended, but left something for the next one; its message says what. */
  INCOMPLETE
}
