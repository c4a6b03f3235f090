package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.autotaskprovisioner.journal.RequestStatus;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what is stuck, why, and what runs it again. */
@Command(
    name = "failed",
    description = {
      "Shows what failed or waits: its cause in words, since when, and what would run it again.",
      "The same options choose with retry and discard what is run again or given up."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing matches",
      "1:something does",
      "2:bad usage, or the secrets are refused",
      "3:no server and no database"
    })
final class FailedCommand extends ServerCommand {

  @Mixin private RequestFilter filter = new RequestFilter();

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "Requests in this status: ${COMPLETION-CANDIDATES}. Default: FAILED.")
  private RequestStatus status = RequestStatus.FAILED;

  @Option(
      names = "--account",
      paramLabel = "ID",
      description = "Those of one account. Default for administrators: all accounts.")
  private @Nullable Long account;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many, oldest first. Default: ${DEFAULT-VALUE}.",
      defaultValue = "50")
  private int limit;

  @ArgGroup private @Nullable Other other;

  /** Something else than requests. */
  private static final class Other {

    @Option(names = "--deliveries", description = "Deliveries that were exhausted.")
    private boolean deliveries;

    @Option(names = "--replies", description = "Replies that every queue refused.")
    private boolean replies;
  }

  @Override
  int run(Server server, CallerSource caller, CommandSettings settings) {
    if (limit < 1) {
      throw CommandException.usage("--limit must be at least 1.");
    }
    Query query;
    Function<JsonNode, String> line;
    if (other != null && other.deliveries) {
      query = new Query("/deliveries").with("status", "EXHAUSTED");
      line = FailedCommand::delivery;
    } else if (other != null && other.replies) {
      query = new Query("/replies").with("status", "REFUSED");
      line = FailedCommand::reply;
    } else {
      query = new Query("/requests").with("status", status);
      filter.addTo(query);
      line = FailedCommand::request;
    }
    ArrayNode rows = Pages.first(server, query.with("account", account), limit);
    if (asJson()) {
      out().println(Output.json(rows));
    } else if (rows.isEmpty()) {
      out().println("none");
    } else {
      rows.forEach(row -> out().println(line.apply(row)));
    }
    return rows.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static String request(JsonNode row) {
    return "%d %s  %s  %s  since %s after %s%n  %s%n  %s"
        .formatted(
            row.path("id").asLong(),
            Output.line(row.path("source").asText()),
            Output.line(row.path("name").asText("-")),
            row.path("failureClass").asText(row.path("status").asText()),
            row.path("stuckSince").asText("-"),
            Output.count(row.path("attempts").asLong(), "attempt"),
            Output.line(row.path("message").asText("-")),
            Output.line(row.path("runsAgain").asText("-")));
  }

  private static String delivery(JsonNode row) {
    return "%d to %s  instance %d  since %s after %s%n  %s%n  %s"
        .formatted(
            row.path("id").asLong(),
            row.path("destination").asText(),
            row.path("instanceId").asLong(),
            row.path("finishedAt").asText("-"),
            Output.count(row.path("attempts").asLong(), "attempt"),
            Output.line(row.path("lastError").asText("-")),
            Output.line(row.path("runsAgain").asText("-")));
  }

  private static String reply(JsonNode row) {
    return "to request %d at %s  since %s after %s%n  %s%n  %s"
        .formatted(
            row.path("request").asLong(),
            Output.line(row.path("destination").asText("the queue of results")),
            row.path("refusedAt").asText("-"),
            Output.count(row.path("attempts").asLong(), "attempt"),
            Output.line(row.path("lastError").asText("-")),
            Output.line(row.path("runsAgain").asText("-")));
  }
}
