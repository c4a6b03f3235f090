package io.autotaskprovisioner.storage;

import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Readiness: asks the database by the way that all reads take, and waits 3 s for the answer. */
final class DatabaseHealthCheck extends AbstractHealthCheck {

  private static final int WAIT_SECONDS = 3;

  private final Database database;

  DatabaseHealthCheck(Database database) {
    super("autotask-provisioner", "database");
    this.database = database;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
    try {
      database
          .read(
              connection -> {
                try (Statement ask = connection.createStatement()) {
                  // No query timeout: on H2 it stays with the pooled connection.
                  return ask.execute("select id from key_check");
                }
              })
          .get(WAIT_SECONDS, TimeUnit.SECONDS);
      result.up();
    } catch (TimeoutException e) {
      result.message("The database did not answer within " + WAIT_SECONDS + " s").down();
    } catch (ExecutionException e) {
      result.message(String.valueOf(e.getCause().getMessage())).down();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      result.message("Interrupted").down();
    }
  }
}
