package io.autotaskprovisioner.account;

import java.time.Duration;

/** Secrets were shown that nobody looked up, since too many wrong ones had come before. */
public final class TooManyGuessesException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  TooManyGuessesException(Duration retryAfter) {
    super(
        "Too many wrong secrets were shown; send the request again in a moment.",
        null,
        false,
        false);
    this.retryAfter = retryAfter;
  }

  /** After this time they may be shown again. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
