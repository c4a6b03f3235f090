package io.autotaskprovisioner.api;

import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.storage.Database;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;

/**
 * Finds the caller's instance that the path names, as {@link AuthenticateToken} finds the one of a
 * token: anybody else's, and one of another element than the path says, is not found. One query.
 * Thread-safe.
 */
final class FindInstance extends ApiStep {

  private final Database database;
  private final Instances instances;
  private final ElementCatalogue catalogue;

  FindInstance(Database database, Instances instances, ElementCatalogue catalogue) {
    this.database = database;
    this.instances = instances;
    this.catalogue = catalogue;
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    Account caller = AuthenticateCaller.callerOf(exchange);
    Optional<Element> element = elementOf(request);
    long id = request.pathId("id", InstanceOperations.NOT_FOUND);
    return database
        .read(connection -> instances.find(connection, caller.id(), id))
        .thenAcceptAsync(
            found -> {
              Instance instance =
                  found
                      .filter(
                          instanceFound ->
                              element.isEmpty()
                                  || element.get().key().equals(instanceFound.elementKey()))
                      .orElseThrow(() -> notFound(id));
              exchange.setProperty(AuthenticateToken.INSTANCE, instance);
            },
            AuthenticateCaller.callersThread());
  }

  static ApiException notFound(long id) {
    return ApiException.notFound(InstanceOperations.NOT_FOUND.formatted(id));
  }

  private Optional<Element> elementOf(ApiRequest request) {
    String reference = request.pathParameters().get("keyOrId");
    if (reference == null) {
      return Optional.empty();
    }
    return Optional.of(
        catalogue
            .find(reference)
            .orElseThrow(
                () -> ApiException.notFound("No element found with key " + shown(reference))));
  }

  private static String shown(String reference) {
    return reference.replaceAll("\\p{Cntrl}", "?");
  }
}
