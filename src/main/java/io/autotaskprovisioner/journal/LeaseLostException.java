package io.autotaskprovisioner.journal;

/**
 * Another process goes on with what this one was at: it stalled for longer than its lease. Nothing
 * was changed.
 */
public final class LeaseLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LeaseLostException(String message) {
    super(message);
  }
}
