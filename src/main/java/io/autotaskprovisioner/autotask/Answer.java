package io.autotaskprovisioner.autotask;

import org.jspecify.annotations.Nullable;

/**
 * One HTTP answer, read to its end. The exception is a 401: its status alone is the verdict, so its
 * body is not waited for.
 *
 * @param retryAfter the header as it came; null where there was none
 * @param body at most as many bytes as the call allowed; not to be changed
 */
record Answer(int status, @Nullable String retryAfter, byte[] body) {

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }
}
