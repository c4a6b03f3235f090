package io.autotaskprovisioner.journal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which batches; a null component does not restrict.
 *
 * @param accountId null only where an operator asks
 * @param name a part of the file's name, in any case
 * @param from begun then or later
 * @param to begun before
 */
public record BatchFilter(
    @Nullable Long accountId,
    @Nullable BatchStatus status,
    @Nullable Door door,
    @Nullable String name,
    @Nullable Instant from,
    @Nullable Instant to) {}
