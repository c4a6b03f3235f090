package io.autotaskprovisioner.command;

import static io.autotaskprovisioner.RunningApplication.customers;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.RunningApplication;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Commands against a running application, and how they refuse what makes no sense. */
class CommandsTest {

  @TempDir static Path folder;
  private static RunningApplication application;
  private static Path secrets;

  private record Outcome(int exitCode, String out, String err) {}

  @BeforeAll
  static void start() throws Exception {
    application = RunningApplication.start(folder, Map.of());
    secrets = folder.resolve("caller.properties");
    Files.writeString(
        secrets,
        "user-secret=%s\norganization-secret=%s\n"
            .formatted(RunningApplication.USER_SECRET, RunningApplication.ORGANIZATION_SECRET));
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @Test
  void status_tells_failures_and_retry_runs_them_again() throws Exception {
    String login = "user-2@customer-2.example";
    application
        .simulator()
        .put(application.simulator().user(login).without("ThresholdInformation"));
    application.drop("commands.csv", customers(1, 2));
    long batch = application.awaitFinished("commands").path("id").asLong();

    Outcome status = onServer("status");
    assertThat(status.exitCode()).as(status.err()).isZero();
    assertThat(status.out())
        .contains("ready at", "1 failed", batch + " commands.csv finished", "NOT_PERMITTED");
    JsonNode json = new ObjectMapper().readTree(onServer("status", "--json").out());
    assertThat(json.at("/requests/failed").asLong()).isEqualTo(1);

    Outcome failed = onServer("failed", "--batch", "" + batch, "--since", "2h");
    assertThat(failed.exitCode()).as(failed.err()).isEqualTo(ExitCode.FAILED);
    assertThat(failed.out()).contains("NOT_PERMITTED", "commands.csv:3", "/retry");
    assertThat(onServer("failed", "--deliveries").out()).startsWith("none");
    Outcome dry = onServer("discard", "--batch", "" + batch, "--dry-run");
    assertThat(dry.out()).startsWith("1 match; nothing was changed.");
    assertThat(onServer("resume").exitCode()).isEqualTo(ExitCode.FAILED);

    application.simulator().put(application.simulator().user(login).without());
    Outcome none = onServer("retry", "--batch", "" + batch, "--class", "UNKNOWN_LOGIN");
    assertThat(none.exitCode()).isEqualTo(ExitCode.FAILED);
    Outcome retried = onServer("retry", "--batch", "" + batch, "--class", "not_permitted");
    assertThat(retried.exitCode()).as(retried.err()).isZero();
    assertThat(retried.out()).startsWith("1 request will run again.");
    assertThat(onServer("operations").out()).contains("retry requests", "finished: 1 done");
    assertThat(onServer("retry", "999999").exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(onServer("redeliver", "--all").exitCode()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void an_account_is_created_disabled_and_rotated_without_showing_a_secret() throws Exception {
    Path file = folder.resolve("ann.properties");
    Outcome created =
        onServer(
            "accounts",
            "create",
            "--email",
            "ann@example.com",
            "--first-name",
            "Ann",
            "--last-name",
            "Lee",
            "--admin",
            "--out",
            file.toString(),
            "--json");
    assertThat(created.exitCode()).as(created.err()).isZero();
    long id = new ObjectMapper().readTree(created.out()).path("id").asLong();
    String content = Files.readString(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(created.out()).doesNotContain(secretIn(content));
    assertThat(withSecrets(file, "accounts", "list").out()).contains("ann@example.com", "<- you");

    Outcome own = withSecrets(file, "accounts", "rotate", "" + id);
    assertThat(own.exitCode()).as(own.err()).isZero();
    assertThat(Files.readString(file)).doesNotContain(secretIn(content));
    assertThat(withSecrets(file, "accounts", "list").exitCode()).isZero();

    assertThat(onServer("accounts", "disable", "" + id).out()).contains("disabled");
    Outcome acts = onServer("audit", "--kind", "account", "--target", "" + id, "--from", "1h");
    assertThat(acts.exitCode()).as(acts.err()).isZero();
    assertThat(acts.out().lines())
        .satisfiesExactly(
            newest -> assertThat(newest).contains("account disable %d: done".formatted(id)),
            rotated -> assertThat(rotated).contains("account rotate %d: done".formatted(id)),
            oldest -> assertThat(oldest).contains("account create %d: done".formatted(id)));
    assertThat(onServer("audit", "--target", "nobody").exitCode()).isEqualTo(ExitCode.FAILED);
    Outcome refused = withSecrets(file, "accounts", "list");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("refuses these secrets").doesNotContain("\tat ");
  }

  @Test
  void a_password_comes_out_of_a_file_and_is_not_shown() throws Exception {
    Path file = folder.resolve("password.txt");
    Files.writeString(file, "a password in a file\n");
    JsonNode first = new ObjectMapper().readTree(onServer("accounts", "list", "--json").out());
    String id = first.at("/0/id").asText();

    Outcome set = onServer("accounts", "password", id, "--file", "" + file, "--json");

    assertThat(set.exitCode()).as(set.err()).isZero();
    assertThat(new ObjectMapper().readTree(set.out()).path("login").asBoolean()).isTrue();
    assertThat(set.out() + set.err()).doesNotContain("a password in a file");
    Files.writeString(file, "short\n");
    Outcome refused = onServer("accounts", "password", id, "--file", "" + file);
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("12 to 200 characters").doesNotContain("short");
    Outcome removed = onServer("accounts", "password", id, "--remove", "--json");
    assertThat(new ObjectMapper().readTree(removed.out()).path("login").asBoolean()).isFalse();
  }

  @Test
  void instances_of_the_hosted_service_are_imported_with_credentials_out_of_a_csv()
      throws Exception {
    Path instances = folder.resolve("instances.json");
    Files.writeString(
        instances,
        """
        [{"id":70001,"name":"Moved","token":"a-token-of-the-hosted-service=","element":{"id":4895,"key":"autotaskfinance"},
          "configuration":{"finance.autotask.username":"user-71@customer-71.example",
            "finance.autotask.password":"********","finance.autotask.server.url":"https://ww3.autotask.net"}},
         {"id":70002,"name":"Other","token":"b-token-of-the-hosted-service=","element":{"key":"sfdc"},"configuration":{}}]
        """);
    Path credentials = folder.resolve("credentials.csv");
    Files.writeString(credentials, "\ufeffName;Password;custom.key\nMoved;\"secret-71\";x\n");
    String[] command = {"import", "" + instances, "--credentials", "" + credentials};

    Outcome refused = onServer(command);
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.out()).contains("2. 70002 Other", "sfdc", "Nothing was changed.");

    String[] skipping = {command[0], command[1], command[2], command[3], "--skip-other-elements"};
    Outcome imported = onServer(skipping);
    assertThat(imported.exitCode()).as(imported.out() + imported.err()).isZero();
    assertThat(imported.out()).contains("Left out", "1 imported, 0 were there before.");
    assertThat(application.get("/elements/api-v2/instances/70001").body())
        .contains("a-token-of-the-hosted-service=", "\"custom.key\":\"x\"");
    assertThat(onServer(skipping).out()).contains("0 imported, 1 were there before.");
    Files.writeString(credentials, "name,pin\nMoved,secret-71\n");
    Outcome unknown = onServer(skipping);
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("column 2").doesNotContain("secret-71");
  }

  @Test
  void check_names_line_and_field_and_never_a_value() throws Exception {
    Path file = folder.resolve("bad.csv");
    Files.writeString(
        file,
        """
        name,username,password,serverUrl
        ,user-1@customer-1.example,s3cret-one,https://ww3.autotask.net
        Two,,s3cret-two,https://ww3.autotask.net
        Three,user-3@customer-3.example,s3cret-three,https://evil.example
        Four,user-4@customer-4.example,s3cret-four,https://ww3.autotask.net
        """);
    Outcome checked = run("check", file.toString(), "--no-lookup", "--json");
    JsonNode json = new ObjectMapper().readTree(checked.out());
    assertThat(checked.out() + checked.err()).doesNotContain("s3cret");
    assertThat(json.at("/problems/0/line").asInt()).isEqualTo(2);
    assertThat(json.at("/problems/0/fields/0").asText()).isEqualTo("name");
    assertThat(json.at("/problems/1/fields/0").asText()).isEqualTo("finance.autotask.username");
    assertThat(json.at("/problems/2/failureClass").asText()).isEqualTo("HOST_NOT_ALLOWED");
    assertThat(json.path("records").asInt()).isEqualTo(4);
    assertThat(checked.exitCode()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void check_knows_the_elements_that_the_server_would() throws Exception {
    Path elements = Files.createDirectory(folder.resolve("elements"));
    Files.copy(
        Path.of("src/test/resources/recipes/connectwise.json"),
        elements.resolve("connectwise.json"));
    Path file = folder.resolve("other.json");
    Files.writeString(
        file,
        """
        {"name":"Acme","element":"connectwise","psa.connectwise.username":"acme+PUBLIC",
         "psa.connectwise.private.key":"s3cret","psa.connectwise.client.id":"client",
         "psa.connectwise.server.url":"https://api-eu.myconnectwise.net"}
        """);
    assertThat(run("check", file.toString()).out()).contains("UNKNOWN_ELEMENT");
    System.setProperty("element.directory", elements.toString());
    try {
      Outcome checked = run("check", file.toString());
      assertThat(checked.out()).startsWith("1 record: 1 fine");
      assertThat(checked.exitCode()).as(checked.out() + checked.err()).isZero();
    } finally {
      System.clearProperty("element.directory");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stauts | Did you mean",
        "retry | Missing required argument",
        "retry one | REQUEST",
        "retry --class BAD_LUCK | --class",
        "retry 1 --all | mutually exclusive",
        "redeliver --status PENDING | --status",
        "accounts | Which one",
        "accounts disable | ACCOUNT",
        "accounts password | ACCOUNT",
        "accounts password 1000 secret-as-an-argument | Unmatched argument",
        "import | Missing required",
        "import nothing.json --credentials nothing.csv | not there",
        "check nothing.csv | not there",
        "check notes.txt | rename it",
        "provision nothing.ndjson | not there",
        "status --url ftp://example.com | --url",
        "status --secret-file nowhere.properties | --secret-file",
        "status --verbose | Unknown option"
      })
  void a_command_that_makes_no_sense_is_told_so_in_a_sentence(String line, String sentence) {
    Outcome outcome = run(line.strip().split(" "));
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err()).contains(sentence).doesNotContain("\tat ");
    assertThat(outcome.err().lines().count()).isLessThanOrEqualTo(3);
  }

  @Test
  void a_server_that_is_not_there_is_exit_code_3() {
    Outcome outcome = run("status", "--url", "http://127.0.0.1:1", "--secret-file", "" + secrets);
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(outcome.err()).contains("No server answers at http://127.0.0.1:1");
  }

  @Test
  void every_command_has_help() {
    CommandLine commands = Commands.commandLine();
    commands
        .getSubcommands()
        .keySet()
        .forEach(
            name -> {
              if (!name.equals("help")) {
                assertThat(run(name, "--help").out()).as(name).contains("Usage:", name);
              }
            });
  }

  private static String secretIn(String file) {
    return file.lines()
        .filter(line -> line.startsWith("user-secret="))
        .findFirst()
        .orElseThrow()
        .substring("user-secret=".length());
  }

  private static Outcome onServer(String... command) {
    return withSecrets(secrets, command);
  }

  private static Outcome withSecrets(Path file, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--url", application.uri("").toString(), "--secret-file", file.toString()));
    return run(all.toArray(String[]::new));
  }

  private static Outcome run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Commands.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Outcome(exitCode, out.toString(), err.toString());
  }
}
