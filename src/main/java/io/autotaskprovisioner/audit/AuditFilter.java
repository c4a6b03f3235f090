package io.autotaskprovisioner.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of the audit table; a null component does not restrict.
 *
 * @param from inclusive
 * @param to exclusive
 */
public record AuditFilter(
    @Nullable Long accountId,
    @Nullable AuditedAct act,
    @Nullable String targetKind,
    @Nullable String target,
    @Nullable AuditOutcome outcome,
    @Nullable Instant from,
    @Nullable Instant to) {

  /** Everything. */
  public static final AuditFilter ALL = new AuditFilter(null, null, null, null, null, null, null);
}
