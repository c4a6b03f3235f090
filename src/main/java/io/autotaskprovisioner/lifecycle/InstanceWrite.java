package io.autotaskprovisioner.lifecycle;

import io.autotaskprovisioner.delivery.Outbox;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.instance.Tenants;
import io.autotaskprovisioner.lifecycle.LifecycleOutcome.Kind;
import io.autotaskprovisioner.provisioning.InstanceEvents;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes one change of an instance with its events on the caller's connection, fenced by the
 * version. May run twice: what a lost commit left behind is then as the change wants it, and its
 * events bear the same ids. Thread-safe.
 */
final class InstanceWrite {

  /** What is to be written of an instance as it is read. */
  @FunctionalInterface
  interface Edit {
    Edited of(Instance current);
  }

  /**
   * What an edit makes of an instance.
   *
   * @param next the same version; null where the edit is given up
   * @param changed false where there is nothing to write
   * @param eventTypes what it is called; may be empty, two at most
   * @param verified whether the provider was asked
   */
  record Edited(
      @Nullable Instance next, boolean changed, List<String> eventTypes, boolean verified) {

    static Edited refused() {
      return new Edited(null, false, List.of(), false);
    }

    static Edited to(Instance next, Instance current, List<String> eventTypes, boolean verified) {
      return new Edited(next, !next.equals(current), eventTypes, verified);
    }
  }

  /** As it was read before, and once again as it is now. */
  private static final int LOOKS = 2;

  private final Instances instances;
  private final Tenants tenants;
  private final InstanceEvents events;
  private final Outbox outbox;
  private final Clock clock;

  InstanceWrite(
      Instances instances, Tenants tenants, InstanceEvents events, Outbox outbox, Clock clock) {
    this.instances = instances;
    this.tenants = tenants;
    this.events = events;
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * Makes the edit on the instance as it was read, or where that is outdated as it is now.
   *
   * @param eventIds as many as an edit has event types at most
   * @return empty where the instance was changed again meanwhile
   */
  Optional<LifecycleOutcome> run(
      Connection connection, Instance base, Edit edit, List<Long> eventIds) throws SQLException {
    Instance current = base;
    for (int look = 0; look < LOOKS; look++) {
      Edited edited = edit.of(current);
      if (edited.next() == null) {
        return Optional.of(new LifecycleOutcome(Kind.OVERTAKEN, current));
      }
      if (!edited.changed()) {
        return Optional.of(new LifecycleOutcome(Kind.DONE, current));
      }
      Instance next = edited.next().next(now());
      if (instances.update(connection, current, next)) {
        Instance known = edited.verified() ? withTenant(connection, next, current) : next;
        record(connection, known, edited.eventTypes(), eventIds);
        return Optional.of(new LifecycleOutcome(Kind.DONE, known));
      }
      Optional<Instance> found = instances.find(connection, base.accountId(), base.id());
      if (found.isEmpty()) {
        return Optional.of(new LifecycleOutcome(Kind.GONE, base));
      }
      current = found.get();
    }
    return Optional.empty();
  }

  /** A tenant not seen before is to be asked, and one that was given up with this login. */
  private Instance withTenant(Connection connection, Instance next, Instance before)
      throws SQLException {
    Long databaseId = next.tenant().databaseId();
    if (databaseId == null) {
      return next;
    }
    var facts = tenants.note(connection, databaseId, next.updatedAt());
    return Objects.equals(databaseId, before.tenant().databaseId()) ? next : next.with(facts);
  }

  private void record(
      Connection connection, Instance instance, List<String> types, List<Long> eventIds)
      throws SQLException {
    for (int i = 0; i < types.size(); i++) {
      outbox.record(
          connection, events.of(eventIds.get(i), types.get(i), instance, instance.updatedAt()));
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
