package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows and stops what goes over many rows. */
@Command(
    name = "operations",
    description =
        "Shows bulk retries, redeliveries and discards with their progress, or stops one.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:shown, or stopped",
      "1:there is none with this id",
      "2:bad usage, or the secrets are refused",
      "3:no server and no database"
    })
final class OperationsCommand extends ServerCommand {

  @Option(names = "--running", description = "Only those that run.")
  private boolean running;

  @Option(names = "--cancel", paramLabel = "ID", description = "Stops one.")
  private @Nullable Long cancel;

  @Override
  int run(Server server, CallerSource caller, CommandSettings settings) {
    if (cancel != null) {
      JsonNode operation =
          server.call("POST", "/operations/%d/cancel".formatted(cancel), null).orFail();
      out().println(asJson() ? Output.json(operation) : line(operation));
      return ExitCode.DONE;
    }
    ArrayNode all =
        Pages.all(server, new Query("/operations").with("status", running ? "RUNNING" : null));
    if (asJson()) {
      out().println(Output.json(all));
    } else if (all.isEmpty()) {
      out().println("none");
    } else {
      all.forEach(operation -> out().println(line(operation)));
    }
    return ExitCode.DONE;
  }

  static String line(JsonNode operation) {
    return "%d %s %s %s: %d done, %d skipped%s%s"
        .formatted(
            operation.path("id").asLong(),
            operation.path("kind").asText().toLowerCase(Locale.ROOT).replace('_', ' '),
            Output.line(operation.path("filter").toString()),
            operation.path("status").asText().toLowerCase(Locale.ROOT),
            operation.path("done").asLong(),
            operation.path("skipped").asLong(),
            operation.hasNonNull("ratePerSecond")
                ? ", %d a second".formatted(operation.path("ratePerSecond").asInt())
                : "",
            operation.hasNonNull("failure")
                ? ": " + Output.line(operation.path("failure").asText())
                : "");
  }
}
