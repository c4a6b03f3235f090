package io.autotaskprovisioner.api;

import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.provisioning.ProvisioningProperties;
import io.autotaskprovisioner.storage.Database;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;

/**
 * Looks whether the request's {@code requestId} has made an instance before, through whichever
 * door: then that instance is the answer and nothing is sent to Autotask. Thread-safe.
 */
final class FindEarlierInstance extends ApiStep {

  /** The exchange property that keeps the request, when the body has become an instance. */
  static final String REQUEST = "provisioningRequest";

  private final Database database;
  private final Instances instances;

  FindEarlierInstance(Database database, Instances instances) {
    this.database = database;
    this.instances = instances;
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    ProvisioningRequest wanted = exchange.getMessage().getBody(ProvisioningRequest.class);
    exchange.setProperty(REQUEST, wanted);
    if (wanted.requestId() == null) {
      return CompletableFuture.completedFuture(null);
    }
    String key = "req:" + wanted.requestId();
    return database
        .read(connection -> instances.findByRequestKey(connection, wanted.accountId(), key))
        .thenAccept(
            earlier ->
                earlier.ifPresent(
                    instance -> {
                      exchange.setProperty(ProvisioningProperties.EXISTING, true);
                      exchange.getMessage().setBody(instance);
                    }));
  }
}
