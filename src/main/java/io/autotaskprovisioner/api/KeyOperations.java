package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.secret.KeyAdministration;
import io.autotaskprovisioner.secret.KeyRingNodes;
import io.autotaskprovisioner.secret.RefusedKeyChangeException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Shows and changes the keys that seal secrets at rest. For administrators. A key itself is never
 * shown. Thread-safe.
 */
final class KeyOperations {

  private static final String NOT_FOUND = "No key found with ID %s";

  private final KeyAdministration keys;
  private final InstanceAnswers answers;
  private final Blocking blocking;
  private final JsonBody bodies = new JsonBody();

  KeyOperations(KeyAdministration keys, InstanceAnswers answers, Blocking blocking) {
    this.keys = keys;
    this.answers = answers;
    this.blocking = blocking;
  }

  CompletableFuture<ApiAnswer> list(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    return blocking.call(() -> answers.ok(json(keys.overview())));
  }

  /** Answers 201 with the new key's id. */
  CompletableFuture<ApiAnswer> add(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    return blocking.call(
        () -> {
          long id = unlessRefused(keys::add);
          ObjectNode json = JsonNodeFactory.instance.objectNode().put("id", id);
          return new ApiAnswer(201, Map.of("Location", "/keys"), answers.ok(json).body());
        });
  }

  CompletableFuture<ApiAnswer> use(ApiRequest request, Account caller) {
    return act(request, caller, keys::use);
  }

  CompletableFuture<ApiAnswer> remove(ApiRequest request, Account caller) {
    return act(request, caller, keys::remove);
  }

  /** Whether the key may be used or removed now, changing nothing: 409 says why not. */
  CompletableFuture<ApiAnswer> check(ApiRequest request, Account caller) {
    return switch (request.queryParameter("for").orElse("")) {
      case "use" -> act(request, caller, keys::requireUsable);
      case "remove" -> act(request, caller, keys::requireRemovable);
      default -> throw ApiException.badRequest("for must be one of use, remove.");
    };
  }

  /** Seals anew for some seconds; the answer says where the next call goes on. */
  CompletableFuture<ApiAnswer> reseal(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    Optional<String> after = after(bodies.read(request));
    return blocking.call(
        () -> {
          try {
            return answers.ok(json(keys.reseal(after)));
          } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(
                "after is no place where an earlier call ended: leave it out to begin.");
          }
        });
  }

  private static Optional<String> after(JsonNode body) {
    if (!body.isNull() && !body.isObject()) {
      throw ApiException.badRequest("The body must be a JSON object.");
    }
    JsonNode after = body.path("after");
    if (after.isMissingNode() || after.isNull()) {
      return Optional.empty();
    }
    if (!after.isTextual()) {
      throw ApiException.badRequest("after must be a string.");
    }
    return Optional.of(after.asText());
  }

  private CompletableFuture<ApiAnswer> act(ApiRequest request, Account caller, LongConsumer act) {
    AuthenticateCaller.requireAdmin(caller);
    long id = request.pathId("id", NOT_FOUND);
    return blocking.call(
        () -> {
          unlessRefused(
              () -> {
                act.accept(id);
                return id;
              });
          return answers.ok(JsonNodeFactory.instance.objectNode().put("id", id));
        });
  }

  private static <T> T unlessRefused(Supplier<T> act) {
    try {
      return act.get();
    } catch (RefusedKeyChangeException e) {
      throw new ApiException(409, e.getMessage());
    }
  }

  private static ObjectNode json(KeyAdministration.Overview overview) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("source", overview.source());
    ArrayNode keys = json.putArray("keys");
    for (KeyAdministration.Key key : overview.keys()) {
      ObjectNode shown = keys.addObject();
      shown.put("id", key.id());
      shown.put("onRing", key.onRing());
      shown.put("seals", key.primary());
      shown.put("values", key.total());
      ObjectNode columns = shown.putObject("columns");
      key.sealed().forEach(columns::put);
    }
    ArrayNode nodes = json.putArray("nodes");
    for (KeyRingNodes.Node node : overview.nodes()) {
      ObjectNode shown = nodes.addObject();
      shown.put("name", node.name());
      node.keys().forEach(shown.withArray("keys")::add);
      shown.put("sealsWith", node.primary());
      shown.put("seenSecondsAgo", node.seenSecondsAgo());
    }
    return json;
  }

  private static ObjectNode json(KeyAdministration.Piece piece) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("after", piece.after());
    json.put("done", piece.after() == null);
    json.put("looked", piece.looked());
    json.put("resealed", piece.resealed());
    json.put("changedMeanwhile", piece.changed());
    json.put("unreadable", piece.unreadable());
    return json;
  }
}
