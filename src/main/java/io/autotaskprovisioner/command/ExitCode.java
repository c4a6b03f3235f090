package io.autotaskprovisioner.command;

/** The exit codes of all commands; scripts rely on them. */
final class ExitCode {

  /** Done, and everything is well. */
  static final int DONE = 0;

  /** Done, but not everything is well: some rows failed, or what was asked for cannot be. */
  static final int FAILED = 1;

  /** The command cannot be run as it was given: arguments, a file that cannot be read, secrets. */
  static final int USAGE = 2;

  /** The server, or for look-ups Autotask, cannot be reached. */
  static final int UNREACHABLE = 3;

  private ExitCode() {}
}
