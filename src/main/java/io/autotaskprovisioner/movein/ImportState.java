package io.autotaskprovisioner.movein;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far an import is. Holds no secret.
 *
 * @param accountId who owns, or will own, the instances
 * @param waiting whose logins are not proven yet
 * @param present that were there before the import began
 * @param failures the first ones by place, those that are tried again among them
 */
public record ImportState(
    long id,
    long accountId,
    Status status,
    int items,
    int waiting,
    int proven,
    int present,
    int failed,
    Instant createdAt,
    @Nullable Instant finishedAt,
    List<ItemFailure> failures) {

  /** The life of an import. */
  public enum Status {
    /** Logins are being proven. */
    PROVING,
    /** All of it is stored. */
    IMPORTED,
    /** Nothing of it was stored. */
    FAILED,
    /** An administrator ended it; nothing of it was stored. */
    CANCELLED
  }

  /**
   * Why a login was not accepted.
   *
   * @param again whether it is tried again by itself
   */
  public record ItemFailure(
      int place,
      long instanceId,
      String name,
      String failureClass,
      String message,
      @Nullable String providerMessage,
      boolean again) {}
}
