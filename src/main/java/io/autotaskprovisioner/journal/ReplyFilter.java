package io.autotaskprovisioner.journal;

import org.jspecify.annotations.Nullable;

/**
 * Which replies; a null component does not restrict.
 *
 * @param accountId null only where an operator asks
 * @param status null: both
 * @param request the journal id of the request
 * @param destination the queue or topic that the sender named
 * @param error a part of the last error, in any case
 */
public record ReplyFilter(
    @Nullable Long accountId,
    @Nullable ReplyStatus status,
    @Nullable Long request,
    @Nullable String destination,
    @Nullable String error) {

  /** What is the matter with a reply that was not sent. */
  public enum ReplyStatus {
    /** It is due, and tried again and again. */
    WAITING,
    /** Every queue refused it so often that it was given up. */
    REFUSED
  }

  public ReplyFilter withStatus(@Nullable ReplyStatus other) {
    return new ReplyFilter(accountId, other, request, destination, error);
  }
}
