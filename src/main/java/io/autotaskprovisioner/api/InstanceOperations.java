package io.autotaskprovisioner.api;

import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.storage.Database;
import java.util.concurrent.CompletableFuture;

/** Reads the caller's instances. Thread-safe. */
final class InstanceOperations {

  static final String NOT_FOUND = "No element instance found with ID %s";

  private final Database database;
  private final Instances instances;
  private final InstanceAnswers answers;

  InstanceOperations(Database database, Instances instances, InstanceAnswers answers) {
    this.database = database;
    this.instances = instances;
    this.answers = answers;
  }

  /** One of the caller's instances; anybody else's is not found. */
  CompletableFuture<ApiAnswer> get(ApiRequest request, Account caller) {
    return find(request, caller).thenApply(instance -> answers.ok(answers.shown(instance, caller)));
  }

  /** What Autotask said about the tenant of one of the caller's instances. */
  CompletableFuture<ApiAnswer> tenant(ApiRequest request, Account caller) {
    return find(request, caller).thenApply(instance -> answers.ok(answers.tenant(instance)));
  }

  private CompletableFuture<Instance> find(ApiRequest request, Account caller) {
    long id = request.pathId("id", NOT_FOUND);
    return database.read(
        connection ->
            instances
                .find(connection, caller.id(), id)
                .orElseThrow(() -> ApiException.notFound(NOT_FOUND.formatted(id))));
  }
}
