package io.autotaskprovisioner.queue;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Readiness: whether the broker gives a connection. */
final class QueueHealthCheck extends AbstractHealthCheck {

  private final ConnectionFactory connections;

  QueueHealthCheck(ConnectionFactory connections) {
    super("autotask-provisioner", "queue");
    this.connections = connections;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
    try (Connection connection = connections.createConnection()) {
      connection.start();
      result.up();
    } catch (JMSException | RuntimeException e) {
      result.message("The broker gives no connection: " + e.getMessage()).down();
    }
  }
}
