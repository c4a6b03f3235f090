package io.autotaskprovisioner.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes failed requests run again. */
@Command(
    name = "retry",
    description = {
      "Makes failed requests wait again, with their attempts counted anew: one by its id, those that"
          + " match, or all; or sends refused replies again.",
      "What Autotask rejected is sent again as it was: correct wrong passwords by dropping"
          + " NAME.failed.csv instead."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:at least one request runs again, or would",
      "1:none does: nothing matched, or the request cannot run again",
      "2:bad usage, or the secrets are refused",
      "3:no server and no database"
    })
final class RetryCommand extends BulkCommand {

  @ArgGroup(multiplicity = "1")
  private Which which;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Of several, so many a second. Default: as fast as it goes.")
  private @Nullable Integer rate;

  /** One request, or a filter. */
  private static final class Which {

    @Parameters(paramLabel = "REQUEST", arity = "1", description = "Id of one request.")
    private @Nullable Long request;

    @ArgGroup(exclusive = false)
    private @Nullable RequestFilter filter;

    @Option(names = "--all", description = "Every failed request.")
    private boolean all;

    @Option(names = "--replies", description = "Every reply that all queues refused.")
    private boolean replies;
  }

  @Override
  Query query() {
    if (which.request != null) {
      return new Query("/requests/%d/retry".formatted(which.request));
    }
    Query query =
        new Query(which.replies ? "/replies/retry" : "/requests/retry").with("ratePerSecond", rate);
    if (which.filter != null) {
      which.filter.addTo(query);
    }
    return query;
  }

  @Override
  String countName() {
    return "retried";
  }

  @Override
  String told(long count) {
    return which.replies
        ? "%d %s will be sent again.".formatted(count, count == 1 ? "reply" : "replies")
        : "%s will run again.".formatted(Output.count(count, "request"));
  }
}
