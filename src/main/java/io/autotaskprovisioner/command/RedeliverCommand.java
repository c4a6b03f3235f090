package io.autotaskprovisioner.command;

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
      "Receivers get the same event id as before."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:at least one delivery is sent again",
      "1:none is: nothing matched, or it will be sent anyway",
      "2:bad usage, or the secrets are refused",
      "3:no server and no database"
    })
final class RedeliverCommand extends BulkCommand {

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

    @Option(
        names = "--error",
        paramLabel = "TEXT",
        description = "Those with this in their last error, in any case.")
    private @Nullable String error;

    @Option(
        names = "--status-code",
        paramLabel = "CODE",
        description = "Those that the receiver answered so last.")
    private @Nullable Integer lastStatusCode;

    @Option(
        names = "--since",
        paramLabel = "TIME",
        description = "Made since then: 2h, 3d, 2026-11-25 or 2026-11-25T03:00:00Z.")
    private @Nullable String since;
  }

  @Override
  Query query() {
    if (which.delivery != null) {
      return new Query("/deliveries/%d/redeliver".formatted(which.delivery));
    }
    Filter filter = which.filter == null ? new Filter() : which.filter;
    return new Query("/deliveries/redeliver")
        .with("status", filter.status == null ? Status.EXHAUSTED : filter.status)
        .with("destination", filter.destination)
        .with("lastStatusCode", filter.lastStatusCode)
        .with("error", filter.error)
        .withTime("from", filter.since)
        .with("ratePerSecond", rate);
  }

  @Override
  String countName() {
    return "redelivered";
  }

  @Override
  String told(long count) {
    return "%d %s will be sent again.".formatted(count, count == 1 ? "delivery" : "deliveries");
  }
}
