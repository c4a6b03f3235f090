package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.journal.ReplyFilter.ReplyStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A reply that is due and was not sent, as callers and operators see it.
 *
 * @param request the journal id of the request whose end it tells; it has one reply at most
 * @param destination that the sender named; null: the queue for results
 * @param attempts that failed since the request came to its end
 * @param lastError what the broker said; null where nothing was tried yet
 * @param dueAt of the next attempt; null where it was given up
 * @param refusedAt when it was given up; null where it was not
 */
public record ReplyEntry(
    long request,
    long accountId,
    ReplyStatus status,
    @Nullable String destination,
    boolean topic,
    @Nullable String correlationId,
    int attempts,
    @Nullable String lastError,
    @Nullable Instant dueAt,
    @Nullable Instant refusedAt) {}
