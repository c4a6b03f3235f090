package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.delivery.Deliveries;
import io.autotaskprovisioner.delivery.DestinationEntry;
import java.util.concurrent.CompletableFuture;

/** Shows the destinations, which all accounts share, and changes their state. Thread-safe. */
final class DestinationOperations {

  private final Deliveries deliveries;
  private final InstanceAnswers answers;
  private final Blocking blocking;

  DestinationOperations(Deliveries deliveries, InstanceAnswers answers, Blocking blocking) {
    this.deliveries = deliveries;
    this.answers = answers;
    this.blocking = blocking;
  }

  CompletableFuture<ApiAnswer> list(ApiRequest request, Account caller) {
    return blocking.call(
        () -> {
          ArrayNode array = JsonNodeFactory.instance.arrayNode();
          deliveries.destinations().forEach(destination -> array.add(json(destination)));
          return answers.ok(array);
        });
  }

  /**
   * Lets a disabled destination take events again; for administrators, since all accounts share it.
   */
  CompletableFuture<ApiAnswer> enable(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    String name = request.pathParameters().get("name");
    return blocking.call(
        () -> {
          requireDestination(name);
          boolean enabled = deliveries.enable(name);
          return answers.ok(
              JsonNodeFactory.instance.objectNode().put("name", name).put("wasDisabled", enabled));
        });
  }

  private void requireDestination(String name) {
    if (deliveries.destinations().stream().noneMatch(d -> d.name().equals(name))) {
      throw ApiException.notFound("No destination found with name " + name);
    }
  }

  static ObjectNode json(DestinationEntry entry) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", entry.name());
    json.put("configured", entry.configured());
    json.put("kind", entry.kind());
    json.put("target", entry.target());
    entry.eventTypes().stream().sorted().forEach(json.putArray("events")::add);
    json.put("includeToken", entry.includeToken());
    json.put("disabled", entry.disabled());
    json.put("disabledAt", entry.disabledAt() == null ? null : entry.disabledAt().toString());
    json.put("reason", entry.reason());
    return json;
  }
}
