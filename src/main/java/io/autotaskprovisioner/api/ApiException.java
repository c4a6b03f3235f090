package io.autotaskprovisioner.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An answer other than 200, with a message for people. */
final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Word for word what the hosted service said. */
  static final String UNAUTHORIZED =
      "Invalid Organization or User secret, or invalid Element token provided.";

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

  int statusCode() {
    return statusCode;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
