package io.autotaskprovisioner.intake;

/** A message that holds no record. Its text is the reason, for people, and quotes nothing of it. */
public final class UnreadableMessageException extends Exception {

  private static final long serialVersionUID = 1L;

  public UnreadableMessageException(String reason) {
    super(reason);
  }
}
