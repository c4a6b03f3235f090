package io.autotaskprovisioner.queue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.journal.OwedReply;
import io.autotaskprovisioner.storage.Database;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes the bodies of replies. Thread-safe. */
final class ReplyContent {

  private final Database database;
  private final Instances instances;
  private final InstanceJson json;
  private final boolean includeToken;

  ReplyContent(Database database, Instances instances, InstanceJson json, boolean includeToken) {
    this.database = database;
    this.instances = instances;
    this.json = json;
    this.includeToken = includeToken;
  }

  /** The bodies by the id of the reply. */
  Map<Long, String> of(List<OwedReply> replies) {
    List<Long> ids =
        replies.stream().map(OwedReply::instanceId).filter(Objects::nonNull).distinct().toList();
    Map<Long, Instance> found = new HashMap<>();
    if (!ids.isEmpty()) {
      database
          .query(connection -> instances.findAll(connection, ids))
          .forEach(instance -> found.put(instance.id(), instance));
    }
    Map<Long, String> bodies = new HashMap<>();
    replies.forEach(reply -> bodies.put(reply.id(), body(reply, found).toString()));
    return bodies;
  }

  private ObjectNode body(OwedReply reply, Map<Long, Instance> found) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("requestId", reply.requestId());
    body.put("outcome", reply.status().name());
    if (reply.instanceId() != null) {
      body.set("instance", instance(reply.instanceId(), found.get(reply.instanceId())));
    }
    if (reply.failureClass() != null) {
      body.put("failureClass", reply.failureClass().name());
    }
    if (reply.message() != null) {
      body.put("message", reply.message());
    }
    return body;
  }

  /** One that was deleted before the reply went out is told by its id. */
  private ObjectNode instance(long id, @Nullable Instance instance) {
    if (instance == null) {
      return JsonNodeFactory.instance.objectNode().put("id", id);
    }
    return includeToken ? json.write(instance) : json.writeWithoutToken(instance);
  }
}
