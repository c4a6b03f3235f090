package io.autotaskprovisioner.delivery;

import org.jspecify.annotations.Nullable;

/**
 * What came back from one post.
 *
 * @param statusCode null where no answer came
 * @param retryAfter the header field as sent; null where absent
 * @param error why no answer came, without any secret; null where one came
 */
record PostAnswer(
    @Nullable Integer statusCode, @Nullable String retryAfter, @Nullable String error) {

  private static final int LONGEST_ERROR = 300;

  static PostAnswer status(int statusCode, @Nullable String retryAfter) {
    return new PostAnswer(statusCode, retryAfter, null);
  }

  static PostAnswer failed(String error) {
    return new PostAnswer(
        null,
        null,
        error.length() > LONGEST_ERROR ? error.substring(0, LONGEST_ERROR) + "…" : error);
  }
}
