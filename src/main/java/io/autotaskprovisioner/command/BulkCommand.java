package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that does something with all that matches, or with one by its id. */
abstract class BulkCommand extends ServerCommand {

  @Option(
      names = "--account",
      paramLabel = "ID",
      description = "Of several, those of one account. Default for administrators: all accounts.")
  private @Nullable Long account;

  @Option(
      names = "--dry-run",
      description = "Of several, only tells how many match; changes nothing.")
  private boolean dryRun;

  /** What is called; without the options of this class. */
  abstract Query query();

  /** What the answer calls the count, and the sentence about it. */
  abstract String countName();

  abstract String told(long count);

  @Override
  final int run(Server server, CallerSource caller, CommandSettings settings) {
    Query query = query().with("account", account).with("dryRun", dryRun ? "true" : null);
    Server.Reply reply = server.call("POST", query.toString(), null);
    JsonNode answer = reply.orFail();
    if (asJson()) {
      out().println(Output.json(answer));
    } else if (reply.statusCode() == 202) {
      out().println(goesOn(answer));
    } else if (answer.path("dryRun").asBoolean()) {
      out()
          .println(
              "%s%d match; nothing was changed."
                  .formatted(
                      answer.path("exact").asBoolean() ? "" : "At least ",
                      answer.path("matching").asLong()));
    } else {
      out().println(told(answer.path(countName()).asLong()));
    }
    boolean any =
        reply.statusCode() == 202
            || answer.path("matching").asLong() > 0
            || answer.path(countName()).asLong() > 0;
    return any ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static String goesOn(JsonNode operation) {
    long id = operation.path("id").asLong();
    return "Operation %d goes on by itself, %d done so far: operations shows it, operations --cancel %d stops it."
        .formatted(id, operation.path("done").asLong(), id);
  }
}
