package io.autotaskprovisioner.journal;

/** The way a request came in. */
public enum Door {
  HTTP,
  FILE,
  QUEUE,
  UPLOAD,
  SCHEDULE
}
