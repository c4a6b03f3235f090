package io.autotaskprovisioner.command;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.storage.StorageException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: everything but the start of the server. */
@Command(
    name = "autotask-provisioner",
    description = {
      "Without a command it starts the server with the settings of ./application.properties; --demo"
          + " starts it against a bundled Autotask simulator, --simulator that alone.",
      "Run commands in the server's folder: they read the same settings there, and the secrets of"
          + " the first account."
    },
    synopsisSubcommandLabel = "[--demo | --simulator | COMMAND]",
    commandListHeading = "%nCommands:%n",
    subcommands = {
      StatusCommand.class,
      ProvisionCommand.class,
      ImportCommand.class,
      CheckCommand.class,
      FailedCommand.class,
      RetryCommand.class,
      RedeliverCommand.class,
      DiscardCommand.class,
      OperationsCommand.class,
      ResumeCommand.class,
      AccountsCommand.class,
      AuditCommand.class,
      KeysCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      VerifyConfigCommand.class,
      CommandLine.HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes of all commands:%n",
    exitCodeList = {
      "0:done, and all is well",
      "1:done, but not all is well: some rows failed, or nothing matched",
      "2:bad usage: arguments, an unreadable file, refused secrets",
      "3:the server (for look-ups: Autotask) cannot be reached"
    })
public final class Commands implements Callable<Integer> {

  private static final int WIDTH = 100;

  @Spec private CommandSpec spec;

  /**
   * Runs one command.
   *
   * @return its exit code
   */
  public static int run(String... arguments) {
    // Before the first logger: standard output belongs to the answer.
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "logback-command.xml");
    }
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    CommandLine commands = new CommandLine(new Commands());
    commands
        .setExecutionExceptionHandler(Commands::tell)
        .setParameterExceptionHandler(Commands::tellUsage)
        .setUsageHelpWidth(WIDTH)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setAbbreviatedSubcommandsAllowed(false);
    addHelp(commands);
    return commands;
  }

  private static void addHelp(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            CommandLine.Model.OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Shows this help.")
                .build());
    command.getSubcommands().values().stream()
        .filter(sub -> !(sub.getCommand() instanceof CommandLine.HelpCommand))
        .forEach(Commands::addHelp);
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }

  /** The whole help would hide what is wrong. */
  private static int tellUsage(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    command.getErr().println(wrong.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(wrong, command.getErr())) {
      command
          .getErr()
          .println("See %s --help.".formatted(command.getCommandSpec().qualifiedName()));
    }
    return ExitCode.USAGE;
  }

  private static int tell(Exception failure, CommandLine command, ParseResult arguments) {
    if (failure instanceof CommandException e) {
      command.getErr().println(e.getMessage());
      return e.exitCode();
    }
    if (failure instanceof InvalidSettingException) {
      command.getErr().println(failure.getMessage());
      return ExitCode.USAGE;
    }
    if (failure instanceof StorageException) {
      command.getErr().println(failure.getMessage() + ": see verify-config.");
      return ExitCode.UNREACHABLE;
    }
    command
        .getErr()
        .println(
            "An error of ours (%s: %s): please report it with the command you gave."
                .formatted(failure.getClass().getSimpleName(), failure.getMessage()));
    return ExitCode.FAILED;
  }
}
