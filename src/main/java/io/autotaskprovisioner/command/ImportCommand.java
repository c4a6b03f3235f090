package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Hands instances of the hosted service to the running server and waits for the end of it. */
@Command(
    name = "import",
    description = {
      "Takes over instances of the hosted service with their ids and tokens: the answer of its GET"
          + " /instances, and the credentials, which that does not hold. For administrators.",
      "Everything is checked first; then each login is proven at Autotask, and in the end all are"
          + " stored or none. Ending the command does not end the work; the same command again is"
          + " harmless."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every instance is stored, or was before; after --dry-run: nothing is in the way",
      "1:some have problems or were not accepted, and none is stored",
      "2:bad usage, an unreadable file, or refused secrets",
      "3:the server cannot be reached"
    })
final class ImportCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final int UNFIT = 422;

  @Spec private CommandSpec spec;

  @Mixin private ServerOptions options = new ServerOptions();

  @Parameters(paramLabel = "FILE", description = "The JSON array that GET /instances answered.")
  private Path file;

  @Option(
      names = "--credentials",
      required = true,
      paramLabel = "FILE",
      description =
          "CSV with a header or a JSON array: id, name or username, and password; where they are"
              + " missing or new also username, serverUrl, integrationCode and dotted configuration"
              + " keys.")
  private Path credentials;

  @Option(
      names = "--account",
      paramLabel = "ID",
      description =
          "Who will own the instances. Default: the account that this command calls with.")
  private @Nullable Long account;

  @Option(names = "--dry-run", description = "Only check; ask Autotask nothing, store nothing.")
  private boolean dryRun;

  @Option(
      names = "--skip-other-elements",
      description = "Leave out instances of elements that the server does not know.")
  private boolean skipOtherElements;

  @Option(names = "--json", description = "Print JSON; its shape is in the README.")
  private boolean json;

  @Override
  public Integer call() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("instances", ImportFiles.instances(file));
    body.set("credentials", ImportFiles.credentials(credentials));
    body.put("dryRun", dryRun);
    body.put("skipOtherElements", skipOtherElements);
    if (account != null) {
      body.put("account", account);
    }
    try (CommandSettings settings = new CommandSettings();
        RemoteServer server = new Connector(settings, options).running()) {
      Server.Reply reply = server.call("POST", "/imports", body);
      if (reply.statusCode() == UNFIT) {
        return tellProblems(reply.body());
      }
      JsonNode answer = reply.orFail();
      tellSkipped(answer);
      return dryRun ? tellCheck(answer) : tellEnd(await(server, answer.path("id").asLong()));
    }
  }

  private JsonNode await(Server server, long id) {
    PrintWriter err = spec.commandLine().getErr();
    long proven = -1;
    while (true) {
      JsonNode state = server.call("GET", "/imports/" + id, null).orFail();
      if (!state.path("status").asText().equals("PROVING")) {
        return state;
      }
      if (!json && state.path("proven").asLong() != proven) {
        proven = state.path("proven").asLong();
        err.println(
            "%d of %d logins proven, %d failed"
                .formatted(
                    proven,
                    state.path("instances").asLong() - state.path("present").asLong(),
                    state.path("failed").asLong()));
        err.flush();
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private int tellProblems(JsonNode refused) {
    if (json) {
      out().println(Output.json(refused));
      return ExitCode.FAILED;
    }
    for (JsonNode problem : refused.path("problems")) {
      out()
          .println(
              "%s  %s %s"
                  .formatted(
                      problem.has("number") ? who(problem) : credentials.getFileName(),
                      Output.line(problem.path("problem").asText()),
                      Output.line(problem.path("wayOut").asText())));
    }
    int more = refused.path("moreProblems").asInt();
    out()
        .println(
            "%sNothing was changed.".formatted(more > 0 ? "And %d more. ".formatted(more) : ""));
    return ExitCode.FAILED;
  }

  private void tellSkipped(JsonNode answer) {
    if (!json) {
      for (JsonNode skipped : answer.path("skipped")) {
        out()
            .println(
                "%s  Left out: it is of element %s."
                    .formatted(who(skipped), Output.line(skipped.path("element").asText())));
      }
    }
  }

  private int tellCheck(JsonNode check) {
    out()
        .println(
            json
                ? Output.json(check)
                : "%s would be imported, %d are there already. Nothing was changed."
                    .formatted(
                        Output.count(check.path("wouldBeImported").asLong(), "instance"),
                        check.path("present").asLong()));
    return ExitCode.DONE;
  }

  private int tellEnd(JsonNode state) {
    boolean imported = state.path("status").asText().equals("IMPORTED");
    if (json) {
      out().println(Output.json(state));
    } else {
      for (JsonNode failure : state.path("failures")) {
        out()
            .println(
                "%s  %s  %s"
                    .formatted(
                        who(failure),
                        failure.path("failureClass").asText(),
                        Output.line(failure.path("message").asText())));
      }
      out()
          .println(
              imported
                  ? "Import %d: %d imported, %d were there before."
                      .formatted(
                          state.path("id").asLong(),
                          state.path("proven").asLong(),
                          state.path("present").asLong())
                  : "Import %d: %s, and nothing of it is stored."
                      .formatted(
                          state.path("id").asLong(), state.path("status").asText().toLowerCase()));
    }
    return imported ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static String who(JsonNode instance) {
    return "%d. %s %s"
        .formatted(
            instance.path("number").asLong(),
            Output.line(instance.path("id").asText("-")),
            Output.line(instance.path("name").asText("-")));
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
