package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.delivery.InstanceEvent;
import io.autotaskprovisioner.delivery.Outbox;
import io.autotaskprovisioner.instance.CommitFence;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.instance.Tenants;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.Sequence;
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
    FENCED,
    /** An imported instance has the id; nothing was stored, and another id is drawn. */
    ID_TAKEN
  }

  /** Ids skipped at once at most: as many as a block of them has. */
  private static final int MAX_SKIPPED = 1_000;

  /**
   * @param instance what bears the request's key now; the caller's own unless {@code KEY_TAKEN}
   */
  record Result(Outcome outcome, Instance instance) {}

  private final Database database;
  private final Instances instances;
  private final Tenants tenants;
  private final InstanceEvents events;
  private final Outbox outbox;

  InstanceStore(
      Database database,
      Instances instances,
      Tenants tenants,
      InstanceEvents events,
      Outbox outbox) {
    this.database = database;
    this.instances = instances;
    this.tenants = tenants;
    this.events = events;
    this.outbox = outbox;
  }

  /** Completes after the commit. */
  CompletableFuture<Result> store(Instance instance, CommitFence fence) {
    // The event's id is drawn outside the work, which may run twice and must find its own rows.
    return store(instance, events.nextId(), fence, 1);
  }

  /**
   * @param skipped ids that are skipped should the instance's be taken; twice as many after each
   *     try, so that a whole range of imported ids is soon left behind
   */
  private CompletableFuture<Result> store(
      Instance instance, long eventId, CommitFence fence, int skipped) {
    return write(instance, eventId, fence)
        .exceptionallyCompose(
            failure ->
                isOutcomeUnknown(failure)
                    ? write(instance, eventId, fence)
                    : CompletableFuture.failedFuture(failure))
        .thenCompose(
            result -> {
              if (result.outcome() == Outcome.ID_TAKEN) {
                int next = Math.min(MAX_SKIPPED, skipped * 2);
                return store(instance.withId(idBehind(skipped)), eventId, fence, next);
              }
              if (result.outcome() == Outcome.STORED) {
                outbox.wake();
              }
              return CompletableFuture.completedFuture(result);
            });
  }

  private long idBehind(int skipped) {
    for (int i = 1; i < skipped; i++) {
      database.nextId(Sequence.INSTANCE);
    }
    return database.nextId(Sequence.INSTANCE);
  }

  private CompletableFuture<Result> write(Instance instance, long eventId, CommitFence fence) {
    return database.write(connection -> store(connection, instance, eventId, fence));
  }

  private Result store(Connection connection, Instance instance, long eventId, CommitFence fence)
      throws SQLException {
    switch (instances.insert(connection, instance)) {
      case KEY_TAKEN -> {
        return new Result(Outcome.KEY_TAKEN, bearer(connection, instance));
      }
      case ALREADY_STORED -> {
        return new Result(Outcome.STORED, instance);
      }
      case ID_TAKEN -> {
        return new Result(Outcome.ID_TAKEN, instance);
      }
      default -> {
        if (!fence.pass(connection, instance)) {
          instances.remove(connection, instance.id());
          return new Result(Outcome.FENCED, instance);
        }
        Instance known = withTenant(connection, instance);
        outbox.record(
            connection, events.of(eventId, InstanceEvent.PROVISIONED, known, known.createdAt()));
        return new Result(Outcome.STORED, known);
      }
    }
  }

  /** A tenant not seen before is to be asked; of others the instance shows what was learnt. */
  private Instance withTenant(Connection connection, Instance instance) throws SQLException {
    Long databaseId = instance.tenant().databaseId();
    return databaseId == null
        ? instance
        : instance.with(tenants.note(connection, databaseId, instance.createdAt()));
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
