package io.autotaskprovisioner.journal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One failure with its cause in words. Holds no secret.
 *
 * @param message for people; said of the request, not of our code
 * @param providerMessage Autotask's own words, only where Autotask caused it
 * @param retryAfter how long to wait at least, where that is known
 */
public record Failure(
    FailureClass failureClass,
    String message,
    @Nullable String providerMessage,
    @Nullable Duration retryAfter) {

  public static Failure of(FailureClass failureClass, String message) {
    return new Failure(failureClass, message, null, null);
  }
}
