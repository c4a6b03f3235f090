package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells before a start whether the start can be. */
@Command(
    name = "verify-config",
    description = {
      "Checks what a start in this folder would need: settings, ports, folders, database, key ring,"
          + " routes, destinations, and that Autotask can be reached. One line each, with the way"
          + " out where it fails.",
      "Starts nothing, creates nothing, changes nothing. It may run beside the server."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:a start can be", "1:something must be corrected first", "2:bad usage"})
final class VerifyConfigCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--demo",
      description = "Look for the simulator of a server that was started with --demo.")
  private boolean demo;

  @Option(names = "--json", description = "Print JSON; its shape is in the README.")
  private boolean json;

  @Override
  public Integer call() {
    List<ConfigChecks.Result> results;
    try (CommandSettings settings = new CommandSettings()) {
      results = new ConfigChecks(demo ? settings.inDemo() : settings).run();
    }
    PrintWriter out = spec.commandLine().getOut();
    boolean well = results.stream().allMatch(ConfigChecks.Result::ok);
    if (json) {
      ObjectNode answer = JsonNodeFactory.instance.objectNode().put("ok", well);
      ArrayNode checks = answer.putArray("checks");
      results.forEach(
          result ->
              checks
                  .addObject()
                  .put("name", result.name())
                  .put("ok", result.ok())
                  .put("message", result.message()));
      out.println(Output.json(answer));
    } else {
      results.forEach(
          result ->
              out.println(
                  "%-6s %-13s %s"
                      .formatted(
                          result.ok() ? "ok" : "FAILED",
                          result.name(),
                          Output.line(result.message()))));
    }
    return well ? ExitCode.DONE : ExitCode.FAILED;
  }
}
