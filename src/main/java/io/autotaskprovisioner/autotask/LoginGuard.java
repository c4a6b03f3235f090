package io.autotaskprovisioner.autotask;

import java.util.concurrent.CompletableFuture;

/**
 * Remembers which logins Autotask rejected, so that nobody gets locked out there through us. The
 * component asks before any credential leaves and tells how it ended. Thread-safe.
 */
public interface LoginGuard {

  /**
   * Lets the login pass, or completes with an {@link AutotaskException} of kind {@link
   * AutotaskException.Kind#LOGIN_CLOSED} (with the time to wait) or {@link
   * AutotaskException.Kind#INTEGRATION_CODE}. A login that was never accepted is let through one
   * call at a time; the others wait for its outcome.
   */
  CompletableFuture<Void> enter(LoginCredentials credentials);

  /** Autotask accepted the login; ends what {@link #enter} began. */
  CompletableFuture<Void> accepted(LoginCredentials credentials);

  /** Autotask answered 401; ends what {@link #enter} began. Completes when that is remembered. */
  CompletableFuture<Void> rejected(LoginCredentials credentials);

  /** The call ended without a verdict; ends what {@link #enter} began. */
  void undecided(LoginCredentials credentials);
}
