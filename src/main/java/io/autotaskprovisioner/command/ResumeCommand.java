package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

/** Lets verification with suspended integration codes go on. */
@Command(
    name = "resume",
    description =
        "Lets verification with every suspended integration code go on, once the code is right; what"
            + " waited for that runs at once. For administrators.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:at least one code is resumed",
      "1:none was suspended",
      "2:bad usage, or the secrets are refused",
      "3:no server and no database"
    })
final class ResumeCommand extends ServerCommand {

  @Override
  int run(Server server, CallerSource caller, CommandSettings settings) {
    JsonNode answer = server.call("POST", "/verification/resume", null).orFail();
    long resumed = answer.path("resumed").asLong();
    out()
        .println(
            asJson()
                ? Output.json(answer)
                : "%s resumed.".formatted(Output.count(resumed, "integration code")));
    return resumed > 0 ? ExitCode.DONE : ExitCode.FAILED;
  }
}
