package io.autotaskprovisioner.api;

import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.storage.Database;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Reads the caller's instances. Thread-safe. */
final class InstanceOperations {

  private static final String NOT_FOUND = "No element instance found with ID %s";

  private final Database database;
  private final Instances instances;
  private final InstanceAnswers answers;

  InstanceOperations(Database database, Instances instances, InstanceAnswers answers) {
    this.database = database;
    this.instances = instances;
    this.answers = answers;
  }

  /** One page of the caller's instances; none at all is 404, as at the hosted service. */
  CompletableFuture<ApiAnswer> list(ApiRequest request, Account caller) {
    Page page = Page.of(request);
    return database.read(
        connection -> {
          List<Instance> rows =
              instances.page(connection, caller.id(), page.afterId(), page.size() + 1);
          if (rows.isEmpty()) {
            throw ApiException.notFound("No element instances found");
          }
          long total = instances.count(connection, caller.id());
          return answers.page(
              rows,
              page,
              Instance::id,
              instance -> answers.shown(instance, caller),
              Map.of(Page.TOTAL_COUNT_HEADER, Long.toString(total)));
        });
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
