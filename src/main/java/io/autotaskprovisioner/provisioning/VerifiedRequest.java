package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.autotask.VerifiedLogin;
import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.journal.ProvisioningRequest;

/** A request whose credentials Autotask accepted, with what it said. */
public record VerifiedRequest(ProvisioningRequest request, VerifiedLogin login) {

  /** What was said, as an instance keeps it. */
  public TenantDetails tenant() {
    return new TenantDetails(
        login.zoneName(),
        login.zoneUrl().toString(),
        login.webUrl(),
        login.databaseId(),
        login.requestThreshold(),
        login.thresholdTimeframeMinutes(),
        login.timeframeRequestCount(),
        null,
        null,
        login.verifiedAt());
  }
}
