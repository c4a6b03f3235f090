package io.autotaskprovisioner.lifecycle;

import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.journal.ProvisioningRequest;

/**
 * A change that is valid for the instance as it was read.
 *
 * @param base the instance as it was read
 * @param request the instance as it shall be, as a request whose credentials can be proven
 * @param verification whether its credentials must be proven before the change is stored
 */
public record PlannedChange(
    InstanceChange change,
    Instance base,
    Element element,
    ProvisioningRequest request,
    boolean verification) {}
