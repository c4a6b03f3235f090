package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.journal.FailureClass;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes failed requests run again. */
@Command(
    name = "retry",
    description = {
      "Makes failed requests wait again, with their attempts counted anew: one by its id, those of"
          + " a batch, those of a failure class, or all.",
      "Only requests of the calling account. What Autotask rejected is sent again as it was: correct"
          + " wrong passwords by dropping NAME.failed.csv instead."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:at least one request runs again",
      "1:none does: nothing matched, or the request cannot run again",
      "2:bad usage, or the secrets are refused",
      "3:no server and no database"
    })
final class RetryCommand extends ServerCommand {

  @ArgGroup(multiplicity = "1")
  private Which which;

  /** One request, or a filter. */
  private static final class Which {

    @Parameters(paramLabel = "REQUEST", arity = "1", description = "Id of one request.")
    private @Nullable Long request;

    @ArgGroup(exclusive = false)
    private @Nullable Filter filter;

    @Option(names = "--all", description = "Every failed request of the account.")
    private boolean all;
  }

  private static final class Filter {

    @Option(names = "--batch", paramLabel = "ID", description = "Those of one batch.")
    private @Nullable Long batch;

    @Option(
        names = "--class",
        paramLabel = "CLASS",
        description = "Those of one failure class: ${COMPLETION-CANDIDATES}.")
    private @Nullable FailureClass failureClass;
  }

  @Override
  int run(Server server, CallerSource caller, CommandSettings settings) {
    JsonNode answer = server.call("POST", path(), null).orFail();
    long count = answer.path("retried").asLong();
    if (asJson()) {
      out().println(Output.json(answer));
    } else {
      out().println("%s will run again.".formatted(Output.count(count, "request")));
    }
    return count > 0 ? ExitCode.DONE : ExitCode.FAILED;
  }

  private String path() {
    if (which.request != null) {
      return "/requests/%d/retry".formatted(which.request);
    }
    Filter filter = which.filter == null ? new Filter() : which.filter;
    String query = filter.failureClass == null ? "" : "?failureClass=" + filter.failureClass;
    return (filter.batch == null ? "/requests/retry" : "/batches/%d/retry".formatted(filter.batch))
        + query;
  }
}
