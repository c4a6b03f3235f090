package io.autotaskprovisioner.api;

import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.lifecycle.InstanceLifecycle;
import io.autotaskprovisioner.lifecycle.PlannedChange;
import io.autotaskprovisioner.provisioning.VerifiedRequest;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;

/**
 * Stores a planned change; what was verified is in the message body. The instance as it is then
 * becomes the one that the next step sees. Thread-safe.
 */
final class StoreInstanceChange extends ApiStep {

  private final InstanceLifecycle lifecycle;

  StoreInstanceChange(InstanceLifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    PlannedChange plan = exchange.getProperty(PlanInstanceChange.PLAN, PlannedChange.class);
    TenantDetails verified =
        plan.verification() ? exchange.getMessage().getBody(VerifiedRequest.class).tenant() : null;
    return lifecycle
        .change(plan, verified)
        .thenAcceptAsync(
            outcome -> {
              Instance changed = InstanceLifecycleOperations.changed(request, outcome);
              exchange.setProperty(AuthenticateToken.INSTANCE, changed);
            },
            AuthenticateCaller.callersThread());
  }
}
