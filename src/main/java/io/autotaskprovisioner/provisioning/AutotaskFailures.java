package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.autotask.AutotaskException;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;

/** Turns what the Autotask component reports into the failure classes of requests. */
public final class AutotaskFailures {

  private AutotaskFailures() {}

  /** The failure with class and message; Autotask's own words only where Autotask spoke. */
  public static Failure of(AutotaskException exception) {
    return new Failure(
        failureClass(exception.kind()),
        exception.getMessage(),
        exception.providerMessage(),
        exception.retryAfter());
  }

  /**
   * Whether the request is not to blame at all and waits until an operator resumes the suspended
   * integration code, which says when to ask again: it must not be failed, and the attempt must not
   * be counted.
   */
  static boolean waitsForOperator(Failure failure) {
    return failure.failureClass() == FailureClass.INTEGRATION_CODE && failure.retryAfter() != null;
  }

  private static FailureClass failureClass(AutotaskException.Kind kind) {
    return switch (kind) {
      case INVALID_LOGIN -> FailureClass.INVALID_REQUEST;
      case HOST_NOT_ALLOWED -> FailureClass.HOST_NOT_ALLOWED;
      // A login that is held back was rejected before; its message says until when.
      case REJECTED_CREDENTIALS, LOGIN_CLOSED -> FailureClass.REJECTED_CREDENTIALS;
      case UNKNOWN_LOGIN -> FailureClass.UNKNOWN_LOGIN;
      case INTEGRATION_CODE -> FailureClass.INTEGRATION_CODE;
      case NOT_PERMITTED -> FailureClass.NOT_PERMITTED;
      case PROVIDER_REFUSED -> FailureClass.PROVIDER_REFUSED;
      case THROTTLED -> FailureClass.THROTTLED;
      case PROVIDER_ERROR -> FailureClass.PROVIDER_ERROR;
      case UNREACHABLE -> FailureClass.UNREACHABLE;
      case TIMEOUT -> FailureClass.TIMEOUT;
    };
  }
}
