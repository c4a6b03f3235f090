package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.intake.FileFormat;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Hands a file to the running server and waits for what becomes of it. */
@Command(
    name = "provision",
    description = {
      "Hands a CSV, JSON or NDJSON file to the running server, shows how far it is, waits until"
          + " nothing of it waits any more, and prints the failed records with their reasons.",
      "Ending the command does not end the work: it goes on in the server; POST"
          + " /batches/{id}/cancel ends it."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every record succeeded, or had been provisioned before",
      "1:some records failed, or the file could not be read to its end",
      "2:bad usage, an unreadable file, or refused secrets",
      "3:the server cannot be reached"
    })
final class ProvisionCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(500);

  @Spec private CommandSpec spec;

  @Mixin private ServerOptions options = new ServerOptions();

  @Mixin private RequestFile file = new RequestFile();

  @Option(names = "--json", description = "Print JSON; its shape is in the README.")
  private boolean json;

  @Override
  public Integer call() {
    FileFormat format = file.format();
    try (CommandSettings settings = new CommandSettings();
        RemoteServer server = new Connector(settings, options).running()) {
      long batch = upload(server, format);
      JsonNode ended = await(server, batch);
      return tell(server, ended);
    }
  }

  /** Answers the id of the batch that the file became; it is on the server's disk by then. */
  private long upload(RemoteServer server, FileFormat format) {
    String contentType =
        switch (format) {
          case CSV -> "text/csv";
          case JSON -> "application/json";
          case NDJSON -> "application/x-ndjson";
        };
    String name = URLEncoder.encode(file.name(), StandardCharsets.UTF_8).replace("+", "%20");
    return server
        .upload("/batches?name=" + name, file.path(), contentType)
        .orFail()
        .path("id")
        .asLong();
  }

  /** Waits until nothing of the batch is read or waits any more. */
  private JsonNode await(Server server, long batch) {
    Progress progress = Progress.on(spec.commandLine().getErr(), !json);
    while (true) {
      JsonNode state = server.call("GET", "/batches/" + batch, null).orFail();
      progress.show(state);
      String status = state.path("status").asText();
      if (status.equals("FINISHED") || status.equals("CANCELLED")) {
        progress.end();
        return state;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private int tell(Server server, JsonNode batch) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode answer = JsonNodeFactory.instance.objectNode();
      answer.set("batch", batch);
      ArrayNode failures = answer.putArray("failures");
      eachFailure(server, batch, failures::add);
      out.println(Output.json(answer));
    } else {
      eachFailure(server, batch, failure -> out.println(line(failure)));
      out.println(summary(batch));
    }
    boolean well =
        batch.path("failed").asLong() == 0
            && !batch.hasNonNull("error")
            && batch.path("status").asText().equals("FINISHED");
    return well ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static void eachFailure(Server server, JsonNode batch, Consumer<JsonNode> consumer) {
    Optional<String> page = Optional.of("");
    while (page.isPresent()) {
      Server.Reply reply =
          server.call(
              "GET",
              "/batches/%d/failures?pageSize=500&nextPage=%s"
                  .formatted(batch.path("id").asLong(), page.get()),
              null);
      reply.orFail().forEach(consumer);
      page = reply.nextPage();
    }
  }

  private static String line(JsonNode failure) {
    return "%s  %s  %s  %s"
        .formatted(
            Output.line(failure.path("source").asText()),
            Output.line(failure.path("name").asText("-")),
            failure.path("failureClass").asText(),
            Output.line(failure.path("message").asText()));
  }

  private static String summary(JsonNode batch) {
    String counts =
        "Batch %d: %s, %d succeeded, %d provisioned before, %d failed."
            .formatted(
                batch.path("id").asLong(),
                Output.count(batch.path("records").asLong(), "record"),
                batch.path("succeeded").asLong(),
                batch.path("duplicate").asLong(),
                batch.path("failed").asLong());
    return batch.hasNonNull("error")
        ? counts + " The rest was not read: " + Output.line(batch.path("error").asText())
        : counts;
  }
}
