package io.autotaskprovisioner.intake;

/**
 * A file of requests cannot be read, or not any further. The message is for the person who wrote
 * the file: it says where and what to do, and quotes nothing that could be a secret.
 */
public final class UnreadableFileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String problem;

  public UnreadableFileException(String message) {
    this(message, "");
  }

  /**
   * @param problem where it breaks, and how
   * @param consequence what that means for a file; empty or a sentence
   */
  UnreadableFileException(String problem, String consequence) {
    super((problem + " " + consequence).strip());
    this.problem = problem;
  }

  /** The message without what it means for a file. */
  String problem() {
    return problem;
  }
}
