package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.CallerSecrets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * A command that makes new secrets for an account. Our choice: they are made here and go to an
 * owner-only file, since what a terminal shows stays in its history and in logs of sessions.
 */
abstract class SecretsCommand extends ServerCommand {

  @ArgGroup private Place place = new Place();

  /** Where the secrets go. */
  private static final class Place {

    @Option(
        names = "--out",
        paramLabel = "FILE",
        description =
            "The owner-only file for the secrets, which must not exist. Default:"
                + " account-ID.properties in data.directory.")
    private @Nullable Path out;

    @Option(
        names = "--print",
        description = "Print the secrets once instead of writing a file; they end up in history.")
    private boolean print;
  }

  /**
   * Asks the server with secrets that are safe on the disk, and says where they are.
   *
   * @param target where they go unless the user said otherwise; its parent must exist
   * @param replace whether the target may be there
   */
  final int withSecrets(Server server, String path, ObjectNode body, Path target, boolean replace) {
    CallerSecrets secrets = CallerSecrets.generate();
    body.put("userSecret", secrets.user());
    body.put("organizationSecret", secrets.organization());
    if (place.print) {
      JsonNode account = server.call("POST", path, body).orFail();
      show(account, secrets, null);
      return ExitCode.DONE;
    }
    Path wanted = place.out == null ? target : place.out;
    Path file = wanted.toAbsolutePath();
    if (!Files.isDirectory(file.getParent())) {
      throw CommandException.usage(
          "There is no folder %s for the secrets: give a file by --out, or --print."
              .formatted(file.getParent()));
    }
    if (Files.exists(file) && (place.out != null || !replace)) {
      throw CommandException.usage(
          "%s is there already: give another file by --out.".formatted(file));
    }
    NewSecretsFile prepared = NewSecretsFile.prepare(file, secrets);
    JsonNode account = ask(server, path, body, prepared);
    Path published =
        place.out == null && !replace
            ? file.resolveSibling("account-%d.properties".formatted(account.path("id").asLong()))
            : file;
    prepared.publish(published);
    show(account, secrets, published);
    return ExitCode.DONE;
  }

  private static JsonNode ask(
      Server server, String path, ObjectNode body, NewSecretsFile prepared) {
    Server.Reply reply;
    try {
      reply = server.call("POST", path, body);
    } catch (CommandException e) {
      throw CommandException.unreachable(
          "%s Whether it took the new secrets is not known: try those in %s, and remove that file if they are refused."
              .formatted(e.getMessage(), prepared.prepared()));
    }
    if (reply.statusCode() >= 300) {
      prepared.discard();
    }
    return reply.orFail();
  }

  private void show(JsonNode account, CallerSecrets secrets, @Nullable Path file) {
    if (asJson()) {
      ObjectNode json = account.deepCopy();
      if (file == null) {
        json.put("userSecret", secrets.user());
        json.put("organizationSecret", secrets.organization());
      } else {
        json.put("secretFile", file.toString());
      }
      out().println(Output.json(json));
      return;
    }
    out().println(AccountsCommand.line(account));
    if (file != null) {
      out().println("Its secrets are in %s, which only you can read.".formatted(file));
      return;
    }
    err().println("Shown this once. Keep it secret, and clear it from your terminal's history.");
    out().println("user-secret=" + secrets.user());
    out().println("organization-secret=" + secrets.organization());
  }
}
