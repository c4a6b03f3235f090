package io.autotaskprovisioner.secret;

/** A change of the key ring that would do harm. The message says why and what to do first. */
public final class RefusedKeyChangeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RefusedKeyChangeException(String message) {
    super(message);
  }
}
