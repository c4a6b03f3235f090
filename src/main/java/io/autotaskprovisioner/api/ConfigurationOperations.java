package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.instance.ConfigurationKeys;
import io.autotaskprovisioner.instance.ConfigurationRows;
import io.autotaskprovisioner.instance.Instance;
import java.util.concurrent.CompletableFuture;

/** The configuration of an instance, row by row. Thread-safe. */
final class ConfigurationOperations {

  private static final String CONFIG_ID = "configId";
  private static final String NOT_FOUND = "No configuration found with ID %s";

  private final ConfigurationKeys keys;
  private final ConfigurationRows rows;
  private final InstanceAnswers answers;
  private final JsonBody jsonBody = new JsonBody();

  ConfigurationOperations(ConfigurationKeys keys, ConfigurationRows rows, InstanceAnswers answers) {
    this.keys = keys;
    this.rows = rows;
    this.answers = answers;
  }

  /** Every row, in a bare array as at the hosted service. */
  CompletableFuture<ApiAnswer> list(ApiRequest request, Account caller, Instance instance) {
    return keys.idsOf(rows.keys(instance))
        .thenApply(
            ids -> {
              ArrayNode array = JsonNodeFactory.instance.arrayNode();
              ids.forEach((key, id) -> array.add(rows.row(instance, key, id)));
              return answers.ok(array);
            });
  }

  /** One row, by the id that the list shows. */
  CompletableFuture<ApiAnswer> get(ApiRequest request, Account caller, Instance instance) {
    long id = request.pathId(CONFIG_ID, NOT_FOUND);
    return keyOf(id, instance).thenApply(key -> answers.ok(rows.row(instance, key, id)));
  }

  /** Reads a row, or its new value alone, as the change of one configuration key. */
  CompletableFuture<ObjectNode> readRow(ApiRequest request, Instance instance) {
    long id = request.pathId(CONFIG_ID, NOT_FOUND);
    return keyOf(id, instance).thenApply(key -> change(request, instance, key));
  }

  private ObjectNode change(ApiRequest request, Instance instance, String key) {
    JsonNode row = jsonBody.read(request);
    if (!row.isObject() || !row.has("propertyValue")) {
      throw ApiException.badRequest(
          "The body must be a configuration row, or its new value alone: {\"propertyValue\": \"...\"}.");
    }
    if (row.hasNonNull("key") && !row.get("key").asText().equals(key)) {
      throw ApiException.badRequest(
          "The row of this id is that of %s, and its key cannot be changed.".formatted(key));
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("element", instance.elementKey());
    body.putObject("configuration").set(key, row.get("propertyValue"));
    return body;
  }

  /** An id that the dictionary knows is no row of an instance that has no such key. */
  private CompletableFuture<String> keyOf(long id, Instance instance) {
    return keys.keyOf(id)
        .thenApply(
            key ->
                key.filter(rows.keys(instance)::contains)
                    .orElseThrow(() -> ApiException.notFound(NOT_FOUND.formatted(id))));
  }
}
