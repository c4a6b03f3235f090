package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.secret.KeyRingCopy;
import io.autotaskprovisioner.secret.RefusedKeyChangeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The keys that seal secrets at rest. */
@Command(
    name = "keys",
    description = {
      "Shows and changes the keys that seal passwords and tokens in the database: add a key, use it,"
          + " reseal everything with it, remove the old one. Each step says no while it would come"
          + " too early. For administrators.",
      "Where the ring comes out of a secret store, --ring FILE changes a copy of it instead."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      KeysCommand.ListKeys.class,
      KeysCommand.Add.class,
      KeysCommand.Use.class,
      KeysCommand.Reseal.class,
      KeysCommand.Remove.class,
      KeysCommand.Generate.class
    })
final class KeysCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "Which one: list, add, use, reseal, remove or generate?");
  }

  private static <T> T onCopy(Callable<T> change) {
    try {
      return change.call();
    } catch (RefusedKeyChangeException e) {
      throw CommandException.failed(e.getMessage());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Command(
      name = "list",
      description =
          "Lists the keys, how many values each sealed, and which nodes have read them. No key is"
              + " shown.")
  static final class ListKeys extends ServerCommand {

    @Override
    int run(Server server, CallerSource caller, CommandSettings settings) {
      JsonNode keys = server.call("GET", "/keys", null).orFail();
      if (asJson()) {
        out().println(Output.json(keys));
        return ExitCode.DONE;
      }
      out().println(Output.line(keys.path("source").asText()));
      for (JsonNode key : keys.path("keys")) {
        out()
            .println(
                "%10d  %-12s %s"
                    .formatted(
                        key.path("id").asLong(),
                        key.path("seals").asBoolean()
                            ? "seals"
                            : key.path("onRing").asBoolean() ? "opens" : "NOT ON RING",
                        Output.count(key.path("values").asLong(), "value")));
      }
      for (JsonNode node : keys.path("nodes")) {
        List<String> ids = new ArrayList<>();
        node.path("keys").forEach(id -> ids.add(id.asText()));
        out()
            .println(
                "%s has keys %s, seals with %d, seen %d s ago"
                    .formatted(
                        Output.line(node.path("name").asText()),
                        String.join(", ", ids),
                        node.path("sealsWith").asLong(),
                        node.path("seenSecondsAgo").asLong()));
      }
      return ExitCode.DONE;
    }
  }

  /** A change of the server's ring, or of a copy. */
  abstract static class Change extends ServerCommand {

    @Option(
        names = "--ring",
        paramLabel = "FILE",
        description = "Changes this copy of the ring, not that of the server.")
    @Nullable Path ring;

    final int told(long id, String words) {
      ObjectNode answer = JsonNodeFactory.instance.objectNode().put("id", id);
      out().println(asJson() ? Output.json(answer) : words);
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "add",
      description = "Adds a key that opens, but does not seal yet; keys use makes it seal.")
  static final class Add extends Change {

    @Override
    public Integer call() {
      return ring == null
          ? super.call()
          : told(() -> KeyRingCopy.at(ring).add(), " of " + ring + "; give it to every node");
    }

    private int told(LongSupplier add, String where) {
      long id = onCopy(add::getAsLong);
      return told(id, "Added key %d%s, then: keys use %d".formatted(id, where, id));
    }

    @Override
    int run(Server server, CallerSource caller, CommandSettings settings) {
      return told(
          () -> server.call("POST", "/keys", null).orFail().path("id").asLong(),
          "; back the key ring up, and give it to nodes that have a file of their own");
    }
  }

  /** What needs the server's word in any case: only it knows what others have read or sealed. */
  abstract static class CheckedChange extends Change {

    @Parameters(paramLabel = "KEY", description = "Id of the key; see keys list.")
    private long id;

    abstract String act();

    abstract void onServer(Server server, long key);

    abstract void onCopy(KeyRingCopy copy, long key);

    abstract String words(long key);

    @Override
    final int run(Server server, CallerSource caller, CommandSettings settings) {
      if (ring == null) {
        onServer(server, id);
      } else {
        server.call("GET", "/keys/%d/check?for=%s".formatted(id, act()), null).orFail();
        KeysCommand.onCopy(
            () -> {
              onCopy(KeyRingCopy.at(ring), id);
              return id;
            });
      }
      return told(id, words(id));
    }
  }

  @Command(
      name = "use",
      description = {
        "Seals with a key from now on. Refused while a node has not read it: nodes that share the"
            + " file read it within some twenty seconds, others need a copy first."
      })
  static final class Use extends CheckedChange {

    @Override
    String act() {
      return "use";
    }

    @Override
    void onServer(Server server, long key) {
      server.call("POST", "/keys/%d/use".formatted(key), null).orFail();
    }

    @Override
    void onCopy(KeyRingCopy copy, long key) {
      copy.use(key);
    }

    @Override
    String words(long key) {
      return ring == null
          ? "Key %d seals from now on. Next: keys reseal".formatted(key)
          : "Key %d seals in %s; give it to every node, then: keys reseal".formatted(key, ring);
    }
  }

  @Command(
      name = "remove",
      description = {
        "Takes a key off the ring. Refused while a value is sealed with it or a node seals with it.",
        "Backups of the database that are older need it: keep the old ring as long as them."
      })
  static final class Remove extends CheckedChange {

    @Override
    String act() {
      return "remove";
    }

    @Override
    void onServer(Server server, long key) {
      server.call("DELETE", "/keys/%d".formatted(key), null).orFail();
    }

    @Override
    void onCopy(KeyRingCopy copy, long key) {
      copy.remove(key);
    }

    @Override
    String words(long key) {
      return ring == null
          ? "Removed key %d. Backups made before need the ring as it was: keep that as long as them."
              .formatted(key)
          : "Removed key %d from %s; give it to every node, and keep the ring as it was as long as older backups."
              .formatted(key, ring);
    }
  }

  @Command(
      name = "reseal",
      description = {
        "Seals anew, with the key in use, every value that another key sealed. The server goes on"
            + " working. It may be ended at any time and run again: what is done stays done."
      },
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:everything is sealed with the key in use",
        "1:some values could not be opened by any key; the server's log names them",
        "2:bad usage, or the secrets are refused",
        "3:no server and no database"
      })
  static final class Reseal extends ServerCommand {

    @Override
    int run(Server server, CallerSource caller, CommandSettings settings) {
      long old = 0;
      for (JsonNode key : server.call("GET", "/keys", null).orFail().path("keys")) {
        old += key.path("seals").asBoolean() ? 0 : key.path("values").asLong();
      }
      ObjectNode total = JsonNodeFactory.instance.objectNode();
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      while (true) {
        JsonNode piece = server.call("POST", "/keys/reseal", body).orFail();
        for (String count : List.of("looked", "resealed", "changedMeanwhile", "unreadable")) {
          total.put(count, total.path(count).asLong() + piece.path(count).asLong());
        }
        if (piece.path("done").asBoolean()) {
          break;
        }
        err().println("%d of %d sealed anew".formatted(total.path("resealed").asLong(), old));
        err().flush();
        body.put("after", piece.path("after").asText());
      }
      long unreadable = total.path("unreadable").asLong();
      out()
          .println(
              asJson()
                  ? Output.json(total)
                  : "%s sealed anew%s."
                      .formatted(
                          Output.count(total.path("resealed").asLong(), "value"),
                          unreadable == 0
                              ? ""
                              : ", %d cannot be opened by any key: the server's log names them"
                                  .formatted(unreadable)));
      return unreadable == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  @Command(
      name = "generate",
      description = {
        "Makes a new key ring, for a database that is still empty and a secret store that the server"
            + " cannot write to. Without one the first start makes its own."
      })
  static final class Generate implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
        names = "--out",
        paramLabel = "FILE",
        required = true,
        description = "The file to make, readable by its owner only.")
    private Path out;

    @Override
    public Integer call() {
      onCopy(
          () -> {
            KeyRingCopy.generate(out);
            return 0;
          });
      spec.commandLine()
          .getOut()
          .println(
              "The key ring is in %s, which only you can read; base64 -w0 makes the value of SECRET_KEY_RING of it."
                  .formatted(out));
      return ExitCode.DONE;
    }
  }
}
