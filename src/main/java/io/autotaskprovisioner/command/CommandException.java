package io.autotaskprovisioner.command;

/** Ends a command. The message is one sentence or two that say what to do next. */
final class CommandException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandException(int exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  static CommandException failed(String message) {
    return new CommandException(ExitCode.FAILED, message);
  }

  static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  static CommandException unreachable(String message) {
    return new CommandException(ExitCode.UNREACHABLE, message);
  }

  int exitCode() {
    return exitCode;
  }
}
