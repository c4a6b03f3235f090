package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.autotask.AutotaskException;
import io.autotaskprovisioner.autotask.VerifiedLogin;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * Joins a request with what Autotask said of its login, or ends it with the failure that Autotask's
 * answer means. Thread-safe.
 */
final class VerifiedRequestStrategy implements AggregationStrategy {

  @Override
  public Exchange aggregate(Exchange request, Exchange answer) {
    Exception exception = answer.getException();
    if (exception instanceof AutotaskException refused) {
      request.setException(new ProvisioningException(AutotaskFailures.of(refused), refused));
    } else if (exception instanceof IOException) {
      request.setException(new ProvisioningException(unanswered(exception), exception));
    } else if (exception != null) {
      request.setException(exception);
    } else {
      request
          .getMessage()
          .setBody(
              new VerifiedRequest(
                  request.getMessage().getBody(ProvisioningRequest.class),
                  answer.getMessage().getBody(VerifiedLogin.class)));
    }
    return request;
  }

  /** An http step's failure; its words may quote the address with what the caller put there. */
  private static Failure unanswered(Exception failure) {
    return failure instanceof InterruptedIOException
        ? Failure.of(FailureClass.TIMEOUT, "The provider did not answer in time.")
        : Failure.of(
            FailureClass.UNREACHABLE,
            "The provider cannot be reached (%s).".formatted(failure.getClass().getSimpleName()));
  }
}
