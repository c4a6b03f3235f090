package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.autotask.VerifiedLogin;
import io.autotaskprovisioner.journal.ProvisioningRequest;

/** A request whose credentials Autotask accepted, with what it said. */
public record VerifiedRequest(ProvisioningRequest request, VerifiedLogin login) {}
