package io.autotaskprovisioner.recovery;

/** A filter that cannot be read; the message says in a sentence what it must be. */
public final class InvalidFilterException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InvalidFilterException(String message) {
    super(message);
  }
}
