package io.autotaskprovisioner.autotask;

import java.util.concurrent.CompletableFuture;

/**
 * Remembers which logins Autotask rejected, so that nobody gets locked out there through us. The
 * component asks before any credential leaves and tells how it ended. Thread-safe; no method
 * blocks.
 */
public interface LoginGuard {

  /**
   * Lets the login pass. Completes exceptionally, with nothing to end, by an {@link
   * AutotaskException} of kind
   *
   * <ul>
   *   <li>{@link AutotaskException.Kind#LOGIN_CLOSED} while the login is held back, with the time
   *       to wait;
   *   <li>{@link AutotaskException.Kind#INTEGRATION_CODE} with a time to wait while the code is
   *       suspended as the suspect;
   *   <li>{@link AutotaskException.Kind#THROTTLED} where too many calls wait already.
   * </ul>
   *
   * <p>A login that was never accepted is let through one call at a time; the others wait for its
   * outcome, in order. Cancelling the future gives the place in that order up.
   */
  CompletableFuture<Attempt> enter(LoginCredentials credentials);

  /**
   * One call that may go out. Exactly one of its methods is called, once; further ones do nothing.
   */
  interface Attempt {

    /** Autotask accepted the login. */
    void accepted();

    /**
     * Autotask rejected the login. Completes when that is remembered durably; exceptionally with
     * kind {@link AutotaskException.Kind#INTEGRATION_CODE} where this rejection makes the code the
     * suspect, so that the login itself is not to blame.
     */
    CompletableFuture<Void> rejected();

    /** The call ended without a verdict. */
    void undecided();
  }
}
