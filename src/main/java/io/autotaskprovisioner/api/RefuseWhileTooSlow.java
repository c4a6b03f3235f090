package io.autotaskprovisioner.api;

import io.autotaskprovisioner.provisioning.ProvisioningProperties;
import io.autotaskprovisioner.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;

/**
 * Refuses what could not be stored before the caller stops waiting, as the latest writes tell: at
 * once, before anything is asked of the database or of Autotask in vain. Thread-safe.
 */
final class RefuseWhileTooSlow extends ApiStep {

  private final Database database;
  private final Clock clock;

  RefuseWhileTooSlow(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    Instant deadline = exchange.getProperty(ProvisioningProperties.DEADLINE, Instant.class);
    Duration expected = database.expectedWait();
    if (clock.instant().plus(expected).isAfter(deadline)) {
      throw ApiException.busy(expected);
    }
    return CompletableFuture.completedFuture(null);
  }
}
