package io.autotaskprovisioner.intake;

/** An upload is not taken, and nothing of it is kept. The message is for the person who sent it. */
public final class UploadRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    TOO_LARGE,
    NO_ROOM,
    UNREADABLE
  }

  private final Reason reason;

  UploadRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
