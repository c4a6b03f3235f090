package io.autotaskprovisioner.lifecycle;

import io.autotaskprovisioner.delivery.InstanceEvent;
import io.autotaskprovisioner.delivery.Outbox;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.lifecycle.LifecycleOutcome.Kind;
import io.autotaskprovisioner.provisioning.InstanceEvents;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Removes one instance on the caller's connection, with the event that tells of it, and frees the
 * key of the request that made it. Thread-safe.
 */
final class InstanceRemoval {

  private static final int LOOKS = 2;

  private final Instances instances;
  private final Journal journal;
  private final InstanceEvents events;
  private final Outbox outbox;
  private final Clock clock;

  InstanceRemoval(
      Instances instances, Journal journal, InstanceEvents events, Outbox outbox, Clock clock) {
    this.instances = instances;
    this.journal = journal;
    this.events = events;
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * Removes the instance as it is now.
   *
   * @param repeat whether an earlier run may have removed it, its commit being thought lost
   * @return empty where the instance was changed again meanwhile
   */
  Optional<LifecycleOutcome> run(Connection connection, Instance base, long eventId, boolean repeat)
      throws SQLException {
    Instance current = base;
    for (int look = 0; look < LOOKS; look++) {
      if (instances.remove(connection, current)) {
        freeKey(connection, current);
        outbox.record(
            connection,
            events.of(
                eventId,
                InstanceEvent.DELETED,
                current,
                clock.instant().truncatedTo(ChronoUnit.SECONDS)));
        return Optional.of(new LifecycleOutcome(Kind.DONE, current));
      }
      Optional<Instance> found = instances.find(connection, base.accountId(), base.id());
      if (found.isEmpty()) {
        return Optional.of(new LifecycleOutcome(repeat ? Kind.DONE : Kind.GONE, base));
      }
      current = found.get();
    }
    return Optional.empty();
  }

  private void freeKey(Connection connection, Instance instance) throws SQLException {
    String key = instance.requestKey();
    if (key != null) {
      journal.release(connection, instance.accountId(), key, instance.id());
    }
  }
}
