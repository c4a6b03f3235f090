package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.delivery.InstanceEvent;
import io.autotaskprovisioner.delivery.Outbox;
import io.autotaskprovisioner.instance.CommitFence;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.StorageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Stores an instance with its event and deliveries, and whatever finishes its request, in one
 * transaction. Thread-safe.
 */
final class InstanceStore {

  /** How storing ended. */
  enum Outcome {
    STORED,
    /** Another request with the same key had made its instance before. */
    KEY_TAKEN,
    /** The request is no longer the caller's; nothing was stored. */
    FENCED
  }

  /**
   * @param instance what bears the request's key now; the caller's own unless {@code KEY_TAKEN}
   */
  record Result(Outcome outcome, Instance instance) {}

  private final Database database;
  private final Instances instances;
  private final InstanceEvents events;
  private final Outbox outbox;

  InstanceStore(Database database, Instances instances, InstanceEvents events, Outbox outbox) {
    this.database = database;
    this.instances = instances;
    this.events = events;
    this.outbox = outbox;
  }

  /** Completes after the commit. */
  CompletableFuture<Result> store(Instance instance, CommitFence fence) {
    // The event's id is drawn outside the work, which may run twice and must find its own rows.
    InstanceEvent event = events.of(InstanceEvent.PROVISIONED, instance, instance.createdAt());
    return write(instance, event, fence)
        .exceptionallyCompose(
            failure ->
                isOutcomeUnknown(failure)
                    ? write(instance, event, fence)
                    : CompletableFuture.failedFuture(failure))
        .thenApply(
            result -> {
              if (result.outcome() == Outcome.STORED) {
                outbox.wake();
              }
              return result;
            });
  }

  private CompletableFuture<Result> write(
      Instance instance, InstanceEvent event, CommitFence fence) {
    return database.write(connection -> store(connection, instance, event, fence));
  }

  private Result store(
      Connection connection, Instance instance, InstanceEvent event, CommitFence fence)
      throws SQLException {
    switch (instances.insert(connection, instance)) {
      case KEY_TAKEN -> {
        return new Result(Outcome.KEY_TAKEN, bearer(connection, instance));
      }
      case ALREADY_STORED -> {
        return new Result(Outcome.STORED, instance);
      }
      default -> {
        if (!fence.pass(connection, instance)) {
          instances.remove(connection, instance.id());
          return new Result(Outcome.FENCED, instance);
        }
        outbox.record(connection, event);
        return new Result(Outcome.STORED, instance);
      }
    }
  }

  private Instance bearer(Connection connection, Instance instance) throws SQLException {
    return instances
        .findByRequestKey(connection, instance.accountId(), instance.requestKey())
        .orElseThrow(
            () -> new SQLTransientException("The instance with the same key has just vanished"));
  }

  private static boolean isOutcomeUnknown(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof StorageException storage && storage.outcomeUnknown();
  }
}
