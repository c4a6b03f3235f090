package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has events delivered again. */
@Command(
    name = "redeliver",
    description = {
      "Has finished deliveries sent again, with their attempts counted anew: one by its id, those of"
          + " a destination or status, or all that were given up.",
      "Only deliveries of the calling account. Receivers get the same event id as before."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:at least one delivery is sent again",
      "1:none is: nothing matched, or it will be sent anyway",
      "2:bad usage, or the secrets are refused",
      "3:no server and no database"
    })
final class RedeliverCommand extends ServerCommand {

  private enum Status {
    EXHAUSTED,
    DELIVERED,
    DISCARDED
  }

  @ArgGroup(multiplicity = "1")
  private Which which;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Of several, so many a second. Default: 100.")
  private @Nullable Integer rate;

  /** One delivery, or a filter. */
  private static final class Which {

    @Parameters(paramLabel = "DELIVERY", arity = "1", description = "Id of one delivery.")
    private @Nullable Long delivery;

    @ArgGroup(exclusive = false)
    private @Nullable Filter filter;

    @Option(names = "--all", description = "Every delivery that was given up.")
    private boolean all;
  }

  private static final class Filter {

    @Option(names = "--destination", paramLabel = "NAME", description = "Those to one destination.")
    private @Nullable String destination;

    @Option(
        names = "--status",
        paramLabel = "STATUS",
        description = "Those that ended so: ${COMPLETION-CANDIDATES}. Default: EXHAUSTED.")
    private @Nullable Status status;
  }

  @Override
  int run(Server server, CallerSource caller, CommandSettings settings) {
    JsonNode answer = server.call("POST", path(), null).orFail();
    long count = answer.path("redelivered").asLong();
    if (asJson()) {
      out().println(Output.json(answer));
    } else {
      out()
          .println(
              "%d %s will be sent again.".formatted(count, count == 1 ? "delivery" : "deliveries"));
    }
    return count > 0 ? ExitCode.DONE : ExitCode.FAILED;
  }

  private String path() {
    if (which.delivery != null) {
      return "/deliveries/%d/redeliver".formatted(which.delivery);
    }
    StringBuilder path = new StringBuilder("/deliveries/redeliver");
    Filter filter = which.filter == null ? new Filter() : which.filter;
    path.append("?status=").append(filter.status == null ? Status.EXHAUSTED : filter.status);
    if (filter.destination != null) {
      path.append("&destination=")
          .append(URLEncoder.encode(filter.destination, StandardCharsets.UTF_8));
    }
    if (rate != null) {
      path.append("&ratePerSecond=").append(rate);
    }
    return path.toString();
  }
}
