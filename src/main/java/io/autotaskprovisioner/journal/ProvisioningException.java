package io.autotaskprovisioner.journal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ends the provisioning of one request with a {@link Failure}. */
public final class ProvisioningException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Failure failure;
  private final transient List<String> fields;

  public ProvisioningException(Failure failure) {
    this(failure, List.of(), null);
  }

  public ProvisioningException(Failure failure, @Nullable Throwable cause) {
    this(failure, List.of(), cause);
  }

  /**
   * @param fields the request's fields and configuration keys that are wrong
   */
  public ProvisioningException(Failure failure, List<String> fields) {
    this(failure, fields, null);
  }

  private ProvisioningException(Failure failure, List<String> fields, @Nullable Throwable cause) {
    super(failure.failureClass() + ": " + failure.message(), cause);
    this.failure = failure;
    this.fields = List.copyOf(fields);
  }

  /** The fields and configuration keys that are to blame, where that is known; else empty. */
  public List<String> fields() {
    return fields;
  }

  public Failure failure() {
    return failure;
  }
}
