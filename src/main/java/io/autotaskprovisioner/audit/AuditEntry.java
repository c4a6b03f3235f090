package io.autotaskprovisioner.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the audit table.
 *
 * @param occurredAt when the act was begun, by the database's clock
 * @param endedAt null while its end is not told
 * @param act as it was written; a later version may know further ones
 * @param target an id, a name or a filter; null where the act has none
 */
public record AuditEntry(
    long id,
    Instant occurredAt,
    @Nullable Instant endedAt,
    AuditOrigin origin,
    String act,
    String targetKind,
    @Nullable String target,
    AuditOutcome outcome,
    @Nullable Integer statusCode,
    @Nullable Long affected) {}
