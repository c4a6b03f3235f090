package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.autotaskprovisioner.audit.AuditOutcome;
import io.autotaskprovisioner.audit.AuditedAct;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows administrative acts. */
@Command(
    name = "audit",
    description = {
      "Shows who did what, newest first: an administrator sees all acts, a member its own.",
      "begun is an act whose end is not known: it is under way, or the process died."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:at least one act matched",
      "1:none did",
      "2:bad usage, or the secrets are refused",
      "3:no server and no database"
    })
final class AuditCommand extends ServerCommand {

  @Option(names = "--account", paramLabel = "ID", description = "What this account did.")
  private @Nullable Long account;

  @Option(names = "--act", paramLabel = "ACT", description = "One of ${COMPLETION-CANDIDATES}.")
  private @Nullable AuditedAct act;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "What was done to accounts, batches, ...: account, batch, request, ...")
  private @Nullable String kind;

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      description = "What was done to this one: its id or name.")
  private @Nullable String target;

  @Option(
      names = "--outcome",
      paramLabel = "OUTCOME",
      description = "One of ${COMPLETION-CANDIDATES}.")
  private @Nullable AuditOutcome outcome;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Not before, such as 2026-01-31T08:00:00Z, or 2h for two hours ago.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Before.")
  private @Nullable String to;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most so many; default: ${DEFAULT-VALUE}.")
  private int limit;

  @Override
  int run(Server server, CallerSource caller, CommandSettings settings) {
    Query query =
        new Query("/audit")
            .with("account", account)
            .with("act", act)
            .with("targetKind", kind)
            .with("target", target)
            .with("outcome", outcome)
            .withTime("from", from)
            .withTime("to", to);
    ArrayNode acts = Pages.first(server, query, Math.max(1, limit));
    if (asJson()) {
      out().println(Output.json(acts));
    } else {
      acts.forEach(row -> out().println(line(row)));
    }
    return acts.isEmpty() ? ExitCode.FAILED : ExitCode.DONE;
  }

  private static String line(JsonNode row) {
    return "%s %s %s%s: %s%s%s"
        .formatted(
            row.path("at").asText(),
            who(row),
            row.path("act").asText().toLowerCase(Locale.ROOT).replace('_', ' '),
            row.hasNonNull("target") ? " " + Output.line(row.path("target").asText()) : "",
            row.path("outcome").asText().toLowerCase(Locale.ROOT),
            row.hasNonNull("affected") ? ", %d".formatted(row.path("affected").asLong()) : "",
            row.hasNonNull("statusCode") && row.path("statusCode").asInt() >= 400
                ? " (%d)".formatted(row.path("statusCode").asInt())
                : "");
  }

  private static String who(JsonNode row) {
    String from = Output.line(row.path("from").asText());
    return row.hasNonNull("account")
        ? "account %d at %s".formatted(row.path("account").asLong(), from)
        : "%s on the command line".formatted(from);
  }
}
