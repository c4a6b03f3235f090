package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.delivery.InstanceEvent;
import io.autotaskprovisioner.delivery.Outbox;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.InstanceVerifications;
import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.storage.Database;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a stored instance invalid, or valid again, with the event that tells of it, in one
 * transaction. Thread-safe; no method blocks.
 *
 * <p>The change is fenced by the version that was verified: what somebody has changed, disabled or
 * removed in the meantime stays as he left it, and two that verify the same instance make one event
 * between them.
 */
final class InstanceValidity {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceValidity.class);

  private final Database database;
  private final InstanceVerifications instances;
  private final InstanceEvents events;
  private final Outbox outbox;
  private final Clock clock;

  InstanceValidity(Database database, InstanceEvents events, Outbox outbox, Clock clock) {
    this.database = database;
    this.instances = new InstanceVerifications();
    this.events = events;
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * The login was accepted.
   *
   * @return whether that made the instance valid again
   */
  CompletableFuture<Boolean> accepted(Instance instance, TenantDetails tenant) {
    if (instance.valid()) {
      return database.write(
          connection -> {
            instances.noteVerified(connection, instance.id(), instance.version(), tenant);
            return false;
          });
    }
    TenantDetails merged = instance.tenant().verifiedAgain(tenant);
    Instance valid = instance.verified(true, now(), merged);
    return change(instance, valid, InstanceEvent.VALIDATED);
  }

  /**
   * The login was rejected.
   *
   * @return whether that made the instance invalid
   */
  CompletableFuture<Boolean> rejected(Instance instance) {
    if (!instance.valid()) {
      return CompletableFuture.completedFuture(false);
    }
    Instance invalid = instance.verified(false, now(), instance.tenant());
    return change(instance, invalid, InstanceEvent.INVALIDATED);
  }

  private CompletableFuture<Boolean> change(Instance before, Instance after, String type) {
    // Drawn outside the work, which may run twice: the second time it finds the change made.
    InstanceEvent event = events.of(type, after, after.updatedAt());
    return database
        .write(
            connection -> {
              if (!instances.changeValidity(connection, before, after.valid(), after.updatedAt())) {
                return false;
              }
              if (after.valid()) {
                instances.noteVerified(connection, after.id(), after.version(), after.tenant());
              }
              outbox.record(connection, event);
              return true;
            })
        .thenApply(
            changed -> {
              if (changed) {
                outbox.wake();
                LOG.info(
                    "Instance {} is {}",
                    after.id(),
                    after.valid() ? "valid again" : "invalid: Autotask rejects its login");
              }
              return changed;
            });
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
