package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

/** Everything an operator asks first. */
@Command(
    name = "status",
    description = {
      "Shows on one screen whether the server is up and able to work, what waits and failed, the"
          + " latest batches, what destinations have not got, and suspended integration codes.",
      "Where no server runs it shows what is in the database."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:up and able to work",
      "1:up, but not able to work: the screen says why",
      "2:bad usage, or the secrets are refused",
      "3:not running"
    })
final class StatusCommand extends ServerCommand {

  private static final int UNABLE = 500;

  @Override
  int run(Server server, CallerSource caller, CommandSettings settings) {
    Server.Reply reply = server.call("GET", "/status", null);
    if (reply.statusCode() >= UNABLE) {
      throw CommandException.failed(
          "The server at %s is up, but cannot work: %s"
              .formatted(server.place(), reply.body().path("message").asText()));
    }
    JsonNode status = reply.orFail();
    if (asJson()) {
      out().println(Output.json(status));
    } else {
      new StatusScreen(out()).print(status, server.place());
    }
    if (!status.path("running").asBoolean()) {
      return ExitCode.UNREACHABLE;
    }
    return status.path("ready").asBoolean() ? ExitCode.DONE : ExitCode.FAILED;
  }
}
