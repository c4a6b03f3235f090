package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.autotaskprovisioner.account.LoginPassword;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The password of an account's login. It is never an argument: those stand in every history. */
@Command(
    name = "password",
    description = {
      "Gives an account the password of its login, or takes it away. Whoever is logged in has to"
          + " log in again; the account's secrets stay.",
      "A terminal is asked for it; else it is the first line of standard input, or of the file."
    })
final class PasswordCommand extends ServerCommand {

  @Parameters(paramLabel = "ACCOUNT", description = "Id of the account; see accounts list.")
  private long id;

  @ArgGroup private Source source = new Source();

  /** Where the password comes from, if it does. */
  private static final class Source {

    @Option(names = "--file", paramLabel = "FILE", description = "Read it from this file.")
    private @Nullable Path file;

    @Option(names = "--remove", description = "Let the account log in no more.")
    private boolean remove;
  }

  @Override
  int run(Server server, CallerSource caller, CommandSettings settings) {
    String path = "/accounts/%d/password".formatted(id);
    JsonNode account =
        source.remove
            ? server.call("DELETE", path, null).orFail()
            : server
                .call(
                    "PUT", path, JsonNodeFactory.instance.objectNode().put("password", password()))
                .orFail();
    out().println(asJson() ? Output.json(account) : AccountsCommand.line(account));
    return ExitCode.DONE;
  }

  private String password() {
    Path file = source.file;
    Console console = System.console();
    String password;
    try {
      if (file != null) {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
          password = firstLine(reader);
        }
      } else if (console != null) {
        password = typed(console);
      } else {
        password = firstLine(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw CommandException.usage(
          "The password cannot be read (%s): give a UTF-8 file by --file."
              .formatted(e.getClass().getSimpleName()));
    }
    if (!LoginPassword.isUsable(password)) {
      throw CommandException.usage("A password must have " + LoginPassword.rule() + ".");
    }
    return password;
  }

  private static String firstLine(Reader reader) throws IOException {
    String line = new BufferedReader(reader).readLine();
    return line == null ? "" : line;
  }

  private static String typed(Console console) {
    char[] once = console.readPassword("Password: ");
    char[] again = console.readPassword("The same again: ");
    if (once == null || !Arrays.equals(once, again)) {
      throw CommandException.usage("Those were not the same; nothing was changed.");
    }
    return new String(once);
  }
}
