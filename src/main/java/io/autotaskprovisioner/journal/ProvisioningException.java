package io.autotaskprovisioner.journal;

import org.jspecify.annotations.Nullable;

/** Ends the provisioning of one request with a {@link Failure}. */
public final class ProvisioningException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  public ProvisioningException(Failure failure) {
    this(failure, null);
  }

  public ProvisioningException(Failure failure, @Nullable Throwable cause) {
    super(failure.failureClass() + ": " + failure.message(), cause);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
