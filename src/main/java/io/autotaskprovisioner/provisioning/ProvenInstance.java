package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import java.time.Instant;

/**
 * An instance of another service whose login was accepted here. Holds secrets; {@link #toString}
 * shows none.
 *
 * @param id the one it had there
 * @param token the one it had there
 * @param createdAt when it was made there
 */
public record ProvenInstance(
    long id,
    String token,
    Instant createdAt,
    boolean disabled,
    boolean traceLoggingEnabled,
    ProvisioningRequest request,
    TenantDetails tenant) {

  @Override
  public String toString() {
    return "ProvenInstance[" + id + "]";
  }
}
