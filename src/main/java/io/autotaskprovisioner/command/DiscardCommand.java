package io.autotaskprovisioner.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives requests, deliveries or replies up. */
@Command(
    name = "discard",
    description = {
      "Gives up for good: one request by its id, the failed ones that match, deliveries to a"
          + " destination that were exhausted, or refused replies. Their secrets are wiped.",
      "Try --dry-run first: what is given up does not come back, but deliveries and batches can be"
          + " sent again."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:at least one is given up, or would be",
      "1:none is: nothing matched, or it is at its end",
      "2:bad usage, or the secrets are refused",
      "3:no server and no database"
    })
final class DiscardCommand extends BulkCommand {

  @ArgGroup(multiplicity = "1")
  private Which which;

  @Option(
      names = "--waiting",
      description = "Of several, what still waits rather than what failed or was exhausted.")
  private boolean waiting;

  /** One request, or a filter. */
  private static final class Which {

    @Parameters(paramLabel = "REQUEST", arity = "1", description = "Id of one request.")
    private @Nullable Long request;

    @ArgGroup(exclusive = false)
    private @Nullable RequestFilter filter;

    @Option(
        names = "--destination",
        paramLabel = "NAME",
        description = "Deliveries to one destination.")
    private @Nullable String destination;

    @Option(names = "--replies", description = "Every reply that all queues refused.")
    private boolean replies;
  }

  @Override
  Query query() {
    if (which.request != null) {
      return new Query("/requests/%d/discard".formatted(which.request));
    }
    if (which.destination != null) {
      return new Query("/deliveries/discard")
          .with("destination", which.destination)
          .with("status", waiting ? null : "EXHAUSTED");
    }
    if (which.replies) {
      return new Query("/replies/discard").with("status", waiting ? "WAITING" : null);
    }
    Query query = new Query("/requests/discard").with("status", waiting ? "WAITING" : null);
    if (which.filter != null) {
      which.filter.addTo(query);
    }
    return query;
  }

  @Override
  String countName() {
    return which.request == null ? "discarded" : "id";
  }

  @Override
  String told(long count) {
    return which.request == null
        ? "%d given up.".formatted(count)
        : "Request %d is given up.".formatted(count);
  }
}
