package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.recovery.Operation;
import io.autotaskprovisioner.recovery.OperationStatus;

/** Bulk operations as the API shows them. */
final class OperationJson {

  private OperationJson() {}

  static ObjectNode of(Operation operation) {
    boolean running = operation.status() == OperationStatus.RUNNING;
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", operation.id());
    json.put("kind", operation.kind().name());
    json.put("status", operation.status().name());
    json.put("accountId", operation.accountId());
    json.put("requestedBy", operation.requestedBy());
    ObjectNode filter = json.putObject("filter");
    operation.filter().words().forEach(filter::put);
    json.put("ratePerSecond", operation.ratePerSecond());
    json.put("matched", operation.matched());
    json.put("done", operation.done());
    json.put("skipped", operation.skipped());
    json.put("failure", operation.failure());
    json.put("createdAt", operation.createdAt().toString());
    json.put("goesOnAt", running ? operation.nextPieceAt().toString() : null);
    json.put(
        "finishedAt", operation.finishedAt() == null ? null : operation.finishedAt().toString());
    return json;
  }
}
