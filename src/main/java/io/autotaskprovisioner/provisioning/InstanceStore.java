package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.delivery.InstanceEvent;
import io.autotaskprovisioner.delivery.Outbox;
import io.autotaskprovisioner.instance.CommitFence;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.instance.Instances.Insertion;
import io.autotaskprovisioner.instance.TenantFacts;
import io.autotaskprovisioner.instance.Tenants;
import io.autotaskprovisioner.journal.ClaimedRequest;
import io.autotaskprovisioner.journal.Success;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.GroupWork;
import io.autotaskprovisioner.storage.Sequence;
import io.autotaskprovisioner.storage.StorageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Stores an instance with its event and deliveries, and whatever finishes its request, in one
 * transaction; those that come at the same moment with a handful of statements. Thread-safe.
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

  /**
   * What the journal does for requests that ended well: marks them so, and says whose lease is
   * lost.
   */
  @FunctionalInterface
  interface ClaimedRequests {
    BitSet succeed(Connection connection, List<Success> successes) throws SQLException;
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
  private final ClaimedRequests claims;
  private final GroupWork<Storing, Result> storeAll = this::storeAll;

  InstanceStore(
      Database database,
      ClaimedRequests claims,
      Instances instances,
      Tenants tenants,
      InstanceEvents events,
      Outbox outbox) {
    this.database = database;
    this.claims = claims;
    this.instances = instances;
    this.tenants = tenants;
    this.events = events;
    this.outbox = outbox;
  }

  /**
   * What is to be stored.
   *
   * @param eventId drawn outside the work, which may run twice and must find its own rows
   * @param claim the request to be marked succeeded; null where it is none of the journal's
   * @param fence asked where there is no claim; null where nothing more takes part
   * @param patience how long the caller waits; null where it waits for as long as it takes
   */
  private record Storing(
      Instance instance,
      long eventId,
      @Nullable ClaimedRequest claim,
      @Nullable CommitFence fence,
      @Nullable Duration patience) {

    Storing withId(long id) {
      return new Storing(instance.withId(id), eventId, claim, fence, patience);
    }
  }

  /** Completes after the commit, which ends the claim; the worker waits for it. */
  CompletableFuture<Result> store(Instance instance, ClaimedRequest claim) {
    return store(new Storing(instance, events.nextId(), claim, null, null), 1);
  }

  /**
   * Completes after the commit.
   *
   * @param fence null where nothing more takes part
   * @param patience how long the caller waits; null where it waits for as long as it takes
   */
  CompletableFuture<Result> store(
      Instance instance, @Nullable CommitFence fence, @Nullable Duration patience) {
    return store(new Storing(instance, events.nextId(), null, fence, patience), 1);
  }

  /**
   * @param skipped ids that are skipped should the instance's be taken; twice as many after each
   *     try, so that a whole range of imported ids is soon left behind
   */
  private CompletableFuture<Result> store(Storing storing, int skipped) {
    return database
        .write(storeAll, storing, storing.patience())
        .exceptionallyCompose(
            failure ->
                isOutcomeUnknown(failure)
                    // It may be stored: nobody may be told that it was refused.
                    ? database.write(storeAll, storing, null)
                    : CompletableFuture.failedFuture(failure))
        .thenCompose(
            result -> {
              if (result.outcome() == Outcome.ID_TAKEN) {
                int next = Math.min(MAX_SKIPPED, skipped * 2);
                return store(storing.withId(idBehind(skipped)), next);
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

  private List<Result> storeAll(Connection connection, List<Storing> group) throws SQLException {
    List<Insertion> insertions =
        instances.insert(connection, group.stream().map(Storing::instance).toList());
    List<Integer> inserted = new ArrayList<>(group.size());
    List<Result> results = new ArrayList<>(group.size());
    for (int i = 0; i < group.size(); i++) {
      Instance instance = group.get(i).instance();
      results.add(
          switch (insertions.get(i)) {
            case INSERTED, ALREADY_STORED -> new Result(Outcome.STORED, instance);
            case KEY_TAKEN -> new Result(Outcome.KEY_TAKEN, bearer(connection, instance));
            case ID_TAKEN -> new Result(Outcome.ID_TAKEN, instance);
          });
      if (insertions.get(i) == Insertion.INSERTED) {
        inserted.add(i);
      }
    }
    for (int lost : fenced(connection, group, inserted)) {
      Instance instance = group.get(lost).instance();
      instances.remove(connection, instance.id());
      results.set(lost, new Result(Outcome.FENCED, instance));
      inserted.remove((Integer) lost);
    }
    tellOf(connection, group, inserted, results);
    return results;
  }

  /** Those of the inserted whose request is no longer the caller's. */
  private List<Integer> fenced(Connection connection, List<Storing> group, List<Integer> inserted)
      throws SQLException {
    List<Integer> fenced = new ArrayList<>();
    List<Integer> claimed = new ArrayList<>();
    List<Success> successes = new ArrayList<>();
    for (int i : inserted) {
      Storing storing = group.get(i);
      if (storing.claim() != null) {
        claimed.add(i);
        successes.add(new Success(storing.claim(), storing.instance().id()));
      } else if (storing.fence() != null && !storing.fence().pass(connection, storing.instance())) {
        fenced.add(i);
      }
    }
    if (!successes.isEmpty()) {
      claims.succeed(connection, successes).stream().map(claimed::get).forEach(fenced::add);
    }
    return fenced;
  }

  /**
   * Records the event of each that was inserted. A tenant not seen before is to be asked; of others
   * the instance shows what was learnt.
   */
  private void tellOf(
      Connection connection, List<Storing> group, List<Integer> inserted, List<Result> results)
      throws SQLException {
    Map<Long, Instant> seen = new HashMap<>();
    for (int i : inserted) {
      Instance instance = group.get(i).instance();
      if (instance.tenant().databaseId() != null) {
        seen.merge(
            instance.tenant().databaseId(),
            instance.createdAt(),
            (one, other) -> one.isAfter(other) ? one : other);
      }
    }
    Map<Long, TenantFacts> facts = seen.isEmpty() ? Map.of() : tenants.note(connection, seen);
    List<InstanceEvent> provisioned = new ArrayList<>(inserted.size());
    for (int i : inserted) {
      Storing storing = group.get(i);
      Long databaseId = storing.instance().tenant().databaseId();
      Instance known =
          databaseId == null ? storing.instance() : storing.instance().with(facts.get(databaseId));
      results.set(i, new Result(Outcome.STORED, known));
      provisioned.add(
          events.of(storing.eventId(), InstanceEvent.PROVISIONED, known, known.createdAt()));
    }
    if (!provisioned.isEmpty()) {
      outbox.record(connection, provisioned);
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
