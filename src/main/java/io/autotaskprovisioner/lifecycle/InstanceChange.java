package io.autotaskprovisioner.lifecycle;

import io.autotaskprovisioner.journal.ProvisioningRequest;

/**
 * What a caller wants to be different about an instance: well-formed, not yet validated.
 *
 * @param wanted as a request to provision would say it; an absent name or tags and configuration
 *     keys that are not given stay as they are, a secret that is given as its mask as well
 * @param reAuthenticate whether the login is to be proven again though it stays the same
 */
public record InstanceChange(ProvisioningRequest wanted, boolean reAuthenticate) {}
