package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The callers of the API. */
@Command(
    name = "accounts",
    description = {
      "Lists, creates, disables and enables the callers of the API, and gives them other secrets or"
          + " the password of a login. For administrators.",
      "Without a running server it works on the database itself: so a lost secret is replaced."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AccountsCommand.ListAccounts.class,
      AccountsCommand.Create.class,
      AccountsCommand.Disable.class,
      AccountsCommand.Enable.class,
      AccountsCommand.Rotate.class,
      PasswordCommand.class
    })
final class AccountsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "Which one: list, create, disable, enable, rotate or password?");
  }

  static String line(JsonNode account) {
    return "%d %-6s %-8s %s (%s %s)%s"
        .formatted(
            account.path("id").asLong(),
            account.path("role").asText(),
            account.path("disabled").asBoolean() ? "disabled" : "enabled",
            Output.line(account.path("email").asText()),
            Output.line(account.path("firstName").asText()),
            Output.line(account.path("lastName").asText()),
            account.path("caller").asBoolean() ? "  <- you" : "");
  }

  private static ArrayNode all(Server server) {
    ArrayNode accounts = JsonNodeFactory.instance.arrayNode();
    Optional<String> page = Optional.of("");
    while (page.isPresent()) {
      Server.Reply reply =
          server.call("GET", "/accounts?pageSize=500&nextPage=" + page.get(), null);
      reply.orFail().forEach(accounts::add);
      page = reply.nextPage();
    }
    return accounts;
  }

  @Command(name = "list", description = "Lists the accounts.")
  static final class ListAccounts extends ServerCommand {

    @Override
    int run(Server server, CallerSource caller, CommandSettings settings) {
      ArrayNode accounts = all(server);
      if (asJson()) {
        out().println(Output.json(accounts));
      } else {
        accounts.forEach(account -> out().println(line(account)));
      }
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "create",
      description =
          "Creates an account. Its secrets are made here and go to an owner-only file,"
              + " account-ID.properties in data.directory.")
  static final class Create extends SecretsCommand {

    @Option(names = "--email", required = true, description = "What instances show as their user.")
    private String email;

    @Option(names = "--first-name", required = true, description = "First name.")
    private String firstName;

    @Option(names = "--last-name", required = true, description = "Last name.")
    private String lastName;

    @Option(names = "--admin", description = "Gives it the role admin; else it is a member.")
    private boolean admin;

    @Override
    int run(Server server, CallerSource caller, CommandSettings settings) {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      body.put("email", email);
      body.put("firstName", firstName);
      body.put("lastName", lastName);
      body.put("role", admin ? Account.ADMIN : Account.MEMBER);
      Path temporary = settings.dataDirectory().resolve("account-" + UUID.randomUUID());
      return withSecrets(server, "/accounts", body, temporary, false);
    }
  }

  /** An act on one account without secrets. */
  abstract static class Act extends ServerCommand {

    @Parameters(paramLabel = "ACCOUNT", description = "Id of the account; see accounts list.")
    private long id;

    private final String act;

    Act(String act) {
      this.act = act;
    }

    @Override
    int run(Server server, CallerSource caller, CommandSettings settings) {
      JsonNode account = server.call("POST", "/accounts/%d/%s".formatted(id, act), null).orFail();
      out().println(asJson() ? Output.json(account) : line(account));
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "disable",
      description =
          "Refuses the account's calls from now on. The last enabled administrator cannot be.")
  static final class Disable extends Act {

    Disable() {
      super("disable");
    }
  }

  @Command(name = "enable", description = "Lets a disabled account call again.")
  static final class Enable extends Act {

    Enable() {
      super("enable");
    }
  }

  @Command(
      name = "rotate",
      description =
          "Gives an account other secrets; the old ones are refused from now on. The new ones go to"
              + " an owner-only file; of the account that this command calls with, to the file they"
              + " came from.")
  static final class Rotate extends SecretsCommand {

    @Parameters(paramLabel = "ACCOUNT", description = "Id of the account; see accounts list.")
    private long id;

    @Override
    int run(Server server, CallerSource caller, CommandSettings settings) {
      boolean own =
          caller.file() != null
              && all(server).findParents("caller").stream()
                  .anyMatch(a -> a.path("id").asLong() == id && a.path("caller").asBoolean());
      Path target =
          own
              ? caller.file()
              : settings.dataDirectory().resolve("account-%d.properties".formatted(id));
      return withSecrets(
          server,
          "/accounts/%d/rotate".formatted(id),
          JsonNodeFactory.instance.objectNode(),
          target,
          true);
    }
  }
}
