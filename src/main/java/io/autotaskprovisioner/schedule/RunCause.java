package io.autotaskprovisioner.schedule;

/** Why a run began. */
public enum RunCause {
  /** Its time had come, or had been missed. */
  CRON,
  /** Somebody asked for it. */
  REQUEST
}
