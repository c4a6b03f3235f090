package io.autotaskprovisioner.api;

import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instance;
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

  private final Database database;
  private final Instances instances;
  private final ElementCatalogue catalogue;

  FindEarlierInstance(Database database, Instances instances, ElementCatalogue catalogue) {
    this.database = database;
    this.instances = instances;
    this.catalogue = catalogue;
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    ProvisioningRequest wanted = exchange.getMessage().getBody(ProvisioningRequest.class);
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
                      requireSame(instance, wanted);
                      exchange.setProperty(ProvisioningProperties.EXISTING, true);
                      exchange.getMessage().setBody(instance);
                    }));
  }

  private void requireSame(Instance instance, ProvisioningRequest wanted) {
    Element element = catalogue.find(instance.elementKey()).orElseThrow();
    boolean sameElement =
        wanted.element() != null
            && catalogue.find(wanted.element()).filter(element::equals).isPresent();
    String userName = wanted.configuration().get(element.userNameKey());
    boolean sameLogin =
        userName != null && userName.equals(instance.configuration().get(element.userNameKey()));
    if (!sameElement || !sameLogin) {
      throw new ApiException(
          409,
          "The requestId %s has already made instance %d with another element or user name: use a"
                  .formatted(wanted.requestId(), instance.id())
              + " new requestId for a new instance.");
    }
  }
}
