package io.autotaskprovisioner.autotask;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call to Autotask that did not succeed. The message and the provider's words hold no secret. */
public final class AutotaskException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The kinds of failure that callers tell apart. */
  public enum Kind {
    /**
     * The login cannot be sent as it stands: blank, or with control characters. Nothing was sent.
     */
    INVALID_LOGIN,
    /** The server URL or the zone URL that came back may not receive credentials. */
    HOST_NOT_ALLOWED,
    /**
     * 401: user, secret or code not accepted, or the user is locked; Autotask does not say which.
     */
    REJECTED_CREDENTIALS,
    /** We hold the login back after earlier rejections; nothing was sent. */
    LOGIN_CLOSED,
    /** The zone look-up knows no such login. */
    UNKNOWN_LOGIN,
    /**
     * The integration code is refused or missing; or, where {@link #retryAfter()} is present,
     * suspended as the suspect: then nothing was decided about the login, and the request waits.
     */
    INTEGRATION_CODE,
    NOT_PERMITTED,
    /** A business error in Autotask's own words. */
    PROVIDER_REFUSED,
    THROTTLED,
    PROVIDER_ERROR,
    UNREACHABLE,
    TIMEOUT
  }

  private final Kind kind;
  private final @Nullable String providerMessage;
  private final @Nullable Duration retryAfter;

  public AutotaskException(
      Kind kind, String message, @Nullable String providerMessage, @Nullable Duration retryAfter) {
    super(message);
    this.kind = kind;
    this.providerMessage = providerMessage;
    this.retryAfter = retryAfter;
  }

  public Kind kind() {
    return kind;
  }

  /** Autotask's own words, shortened; null where it said none. */
  public @Nullable String providerMessage() {
    return providerMessage;
  }

  /** How long to wait before the next try, where that is known. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
