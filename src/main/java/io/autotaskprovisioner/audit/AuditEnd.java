package io.autotaskprovisioner.audit;

import org.jspecify.annotations.Nullable;

/**
 * The end of an act.
 *
 * @param statusCode of the HTTP answer; null where there was none
 * @param affected how many rows or things it changed; null where it does not say
 * @param target what it was done to, where that is known only now; null where it was told before
 */
public record AuditEnd(
    AuditOutcome outcome,
    @Nullable Integer statusCode,
    @Nullable Long affected,
    @Nullable String target) {

  public static AuditEnd done() {
    return new AuditEnd(AuditOutcome.DONE, null, null, null);
  }

  /**
   * @param affected how many rows or things it changed
   */
  public static AuditEnd done(long affected) {
    return new AuditEnd(AuditOutcome.DONE, null, affected, null);
  }

  public static AuditEnd failed() {
    return new AuditEnd(AuditOutcome.FAILED, null, null, null);
  }
}
