package io.autotaskprovisioner.journal;

/**
 * Why a request did not become an instance, as callers, operators and metrics see it. The README's
 * table of failure classes says the same in other words.
 */
public enum FailureClass {
  INVALID_REQUEST(400, false, "Correct the request and send it again."),
  UNKNOWN_ELEMENT(404, false, "Use an element key or id that GET /elements lists."),
  HOST_NOT_ALLOWED(
      400,
      false,
      "Give the https address of the Autotask zone, such as https://ww3.autotask.net, or list the"
          + " origin in autotask.allowed-origins."),
  REJECTED_CREDENTIALS(
      401,
      false,
      "Check user name, password and integration code, that the user is not locked and that it is an"
          + " API-only user; then send it again. Each wrong try counts towards Autotask's lockout."),
  UNKNOWN_LOGIN(
      400, false, "Autotask knows no such login: check the user name, including the part after @."),
  INTEGRATION_CODE(
      500,
      false,
      "Check autotask.integration-code or the request's integration code; after correcting it,"
          + " resume verification."),
  NOT_PERMITTED(
      403, false, "Give the API user's security level the permissions that the element needs."),
  PROVIDER_REFUSED(
      400, false, "Read Autotask's own words in providerMessage and correct the cause."),
  THROTTLED(503, true, "Autotask is busy or its hourly limit is reached; it is tried again."),
  PROVIDER_ERROR(502, true, "Autotask answered with an error of its own; it is tried again."),
  UNREACHABLE(502, true, "Autotask could not be reached; it is tried again."),
  TIMEOUT(504, true, "Autotask did not answer in time; it is tried again."),
  INTERNAL_ERROR(500, true, "An error on our side; it is tried again. The log has the details.");

  private final int httpStatus;
  private final boolean retryable;
  private final String advice;

  FailureClass(int httpStatus, boolean retryable, String advice) {
    this.httpStatus = httpStatus;
    this.retryable = retryable;
    this.advice = advice;
  }

  /** The status code at the HTTP door. */
  public int httpStatus() {
    return httpStatus;
  }

  /** Whether the same request may succeed later without anybody changing anything. */
  public boolean retryable() {
    return retryable;
  }

  /** What to do next, in one sentence. */
  public String advice() {
    return advice;
  }
}
