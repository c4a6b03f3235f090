package io.autotaskprovisioner.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An answer other than 200, with a message for people. */
final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Word for word what the hosted service said. */
  static final String UNAUTHORIZED =
      "Invalid Organization or User secret, or invalid Element token provided.";

  /** Our choice: an estimate is no reason to stay away for longer. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final int statusCode;
  private final @Nullable Duration retryAfter;

  ApiException(int statusCode, String message) {
    this(statusCode, message, null);
  }

  ApiException(int statusCode, String message, @Nullable Duration retryAfter) {
    super(message, null, false, false);
    this.statusCode = statusCode;
    this.retryAfter = retryAfter;
  }

  static ApiException badRequest(String message) {
    return new ApiException(400, message);
  }

  static ApiException unauthorized() {
    return new ApiException(401, UNAUTHORIZED);
  }

  static ApiException forbidden(String message) {
    return new ApiException(403, message);
  }

  static ApiException notFound(String message) {
    return new ApiException(404, message);
  }

  static ApiException notJson() {
    return new ApiException(
        415, "The body must be JSON: send it with Content-Type: application/json.");
  }

  static ApiException notForm() {
    return new ApiException(
        415,
        "The body must be a form: send it with Content-Type: application/x-www-form-urlencoded.");
  }

  static ApiException closed() {
    return busy("The service is starting or stopping; send the request again.");
  }

  static ApiException busy(String message) {
    return new ApiException(503, message, Duration.ofSeconds(1));
  }

  /**
   * The database could not do it in time, and has done nothing.
   *
   * @param expected how long it would take, as the latest ones tell
   */
  static ApiException busy(Duration expected) {
    long seconds =
        Math.max(1, Math.min(LONGEST_WAIT.toSeconds(), expected.plusMillis(999).toSeconds()));
    return new ApiException(
        503,
        "The database is too slow at the moment and nothing was done; send it again later.",
        Duration.ofSeconds(seconds));
  }

  int statusCode() {
    return statusCode;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
