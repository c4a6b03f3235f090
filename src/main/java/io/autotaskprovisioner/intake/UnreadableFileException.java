package io.autotaskprovisioner.intake;

/**
 * A file of requests cannot be read, or not any further. The message is for the person who wrote
 * the file: it says where and what to do, and quotes nothing that could be a secret.
 */
public final class UnreadableFileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnreadableFileException(String message) {
    super(message);
  }
}
