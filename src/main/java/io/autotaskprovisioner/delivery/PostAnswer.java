package io.autotaskprovisioner.delivery;

import org.jspecify.annotations.Nullable;

/**
 * What came back from one attempt.
 *
 * @param statusCode null where no HTTP answer came, since there was none or the receiver does not
 *     speak HTTP
 * @param retryAfter the header field as sent; null where absent
 * @param error why it failed without an HTTP answer, without any secret; null where it did not
 */
record PostAnswer(
    @Nullable Integer statusCode, @Nullable String retryAfter, @Nullable String error) {

  private static final int LONGEST_ERROR = 300;

  static PostAnswer status(int statusCode, @Nullable String retryAfter) {
    return new PostAnswer(statusCode, retryAfter, null);
  }

  /** Taken by a receiver that knows no status codes. */
  static PostAnswer taken() {
    return new PostAnswer(null, null, null);
  }

  static PostAnswer failed(String error) {
    return new PostAnswer(
        null,
        null,
        error.length() > LONGEST_ERROR ? error.substring(0, LONGEST_ERROR) + "…" : error);
  }

  boolean accepted() {
    return error == null && (statusCode == null || statusCode / 100 == 2);
  }
}
