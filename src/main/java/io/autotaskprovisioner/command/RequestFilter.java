package io.autotaskprovisioner.command;

import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.FailureClass;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which requests: the same options for looking, running again and giving up. */
final class RequestFilter {

  @Option(names = "--batch", paramLabel = "ID", description = "Those of one batch.")
  private @Nullable Long batch;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "Those of one failure class: ${COMPLETION-CANDIDATES}.")
  private @Nullable FailureClass failureClass;

  @Option(
      names = "--door",
      paramLabel = "DOOR",
      description = "Those that came through one door: ${COMPLETION-CANDIDATES}.")
  private @Nullable Door door;

  @Option(names = "--element", paramLabel = "KEY", description = "Those for one element.")
  private @Nullable String element;

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      description = "Those with this in name or user name, in any case.")
  private @Nullable String text;

  @Option(names = "--request-id", paramLabel = "ID", description = "The one its sender called so.")
  private @Nullable String requestId;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Taken since then: 2h, 3d, 2026-11-25 or 2026-11-25T03:00:00Z.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Taken before then.")
  private @Nullable String until;

  void addTo(Query query) {
    query
        .with("batch", batch)
        .with("failureClass", failureClass)
        .with("door", door)
        .with("element", element)
        .with("text", text)
        .with("requestId", requestId)
        .withTime("from", since)
        .withTime("to", until);
  }
}
