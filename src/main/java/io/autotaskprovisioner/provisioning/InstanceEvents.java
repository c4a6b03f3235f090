package io.autotaskprovisioner.provisioning;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.delivery.InstanceEvent;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.Sequence;
import java.time.Instant;

/** Makes the events that tell of instances, each with an id of its own. Thread-safe. */
public final class InstanceEvents {

  private final Database database;
  private final InstanceJson json;

  public InstanceEvents(Database database, InstanceJson json) {
    this.database = database;
    this.json = json;
  }

  /** The event with the instance as it is then, and what Autotask said; without any secret. */
  public InstanceEvent of(String type, Instance instance, Instant occurredAt) {
    return of(nextId(), type, instance, occurredAt);
  }

  /** The id of an event that is made later, inside work that may run twice. */
  public long nextId() {
    return database.nextId(Sequence.EVENT);
  }

  /** The same with an id drawn before. */
  public InstanceEvent of(long id, String type, Instance instance, Instant occurredAt) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.set("instance", json.writeWithoutToken(instance));
    data.set("autotask", json.writeTenant(instance));
    return new InstanceEvent(id, type, instance.accountId(), instance.id(), occurredAt, data);
  }
}
