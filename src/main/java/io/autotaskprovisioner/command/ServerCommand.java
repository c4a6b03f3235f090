package io.autotaskprovisioner.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks the running server, or the database where none runs. */
abstract class ServerCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ServerOptions options = new ServerOptions();

  @Option(names = "--json", description = "Print JSON; its shape is in the README.")
  private boolean json;

  /**
   * Asks and prints.
   *
   * @return the exit code
   */
  abstract int run(Server server, CallerSource caller, CommandSettings settings);

  @Override
  public Integer call() {
    try (CommandSettings settings = new CommandSettings()) {
      Connector connector = new Connector(settings, options);
      try (Server server = connector.runningOrDatabase(err())) {
        return run(server, connector.caller(), settings);
      }
    }
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  boolean asJson() {
    return json;
  }
}
