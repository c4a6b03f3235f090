package io.autotaskprovisioner.queue;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.jspecify.annotations.Nullable;

/** Readiness: whether the broker runs, where it is ours, and gives a connection. */
final class QueueHealthCheck extends AbstractHealthCheck {

  private final ConnectionFactory connections;
  private final @Nullable EmbeddedBroker embedded;

  /**
   * @param embedded null where the broker is an external one
   */
  QueueHealthCheck(ConnectionFactory connections, @Nullable EmbeddedBroker embedded) {
    super("autotask-provisioner", "queue");
    this.embedded = embedded;
    this.connections = connections;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
    // The pool may still hold a connection to one that has ended.
    if (embedded != null && !embedded.isRunning()) {
      result.message("The embedded broker does not run; the log says why").down();
      return;
    }
    try (Connection connection = connections.createConnection()) {
      connection.start();
      result.up();
    } catch (JMSException | RuntimeException e) {
      result.message("The broker gives no connection: " + e.getMessage()).down();
    }
  }
}
