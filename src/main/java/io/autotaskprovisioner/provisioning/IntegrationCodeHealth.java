package io.autotaskprovisioner.provisioning;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Not ready while an integration code is suspended as the suspect: somebody must look at it. */
final class IntegrationCodeHealth extends AbstractHealthCheck {

  private final JdbcLoginGuard guard;

  IntegrationCodeHealth(JdbcLoginGuard guard) {
    super("provisioning", "integration-code");
    this.guard = guard;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    if (guard.anySuspended()) {
      builder
          .down()
          .message(
              "Every login was rejected with an integration code, so verification with it pauses:"
                  + " check the code, then POST /verification/resume");
    } else {
      builder.up();
    }
  }
}
