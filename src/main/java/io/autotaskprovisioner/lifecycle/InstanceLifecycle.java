package io.autotaskprovisioner.lifecycle;

import io.autotaskprovisioner.delivery.InstanceEvent;
import io.autotaskprovisioner.delivery.Outbox;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.lifecycle.InstanceWrite.Edit;
import io.autotaskprovisioner.lifecycle.InstanceWrite.Edited;
import io.autotaskprovisioner.lifecycle.LifecycleOutcome.Kind;
import io.autotaskprovisioner.provisioning.InstanceEvents;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.SqlWork;
import io.autotaskprovisioner.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes and removes stored instances, each in one transaction with its event and deliveries.
 * Thread-safe; no method blocks.
 *
 * <p>Every write is fenced by the instance's version. What somebody else changed in the meantime is
 * read again and the change is made on top of it, so that two changes of different things both
 * last; only where the credentials were changed under a change that depends on them it is given up.
 */
public final class InstanceLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceLifecycle.class);

  /** Our choice: a change that lost against so many others in a row is told so. */
  private static final int MAX_ATTEMPTS = 5;

  private final Database database;
  private final InstanceWrite write;
  private final InstanceRemoval removal;
  private final ChangePlanning planning;
  private final InstanceEvents events;
  private final Outbox outbox;

  InstanceLifecycle(
      Database database,
      InstanceWrite write,
      InstanceRemoval removal,
      ChangePlanning planning,
      InstanceEvents events,
      Outbox outbox) {
    this.database = database;
    this.write = write;
    this.removal = removal;
    this.planning = planning;
    this.events = events;
    this.outbox = outbox;
  }

  /**
   * Stores the change.
   *
   * @param verified what the provider said when it accepted the credentials; null where they needed
   *     no proof
   */
  public CompletableFuture<LifecycleOutcome> change(
      PlannedChange plan, @Nullable TenantDetails verified) {
    return edit(plan.base(), current -> changed(plan, verified, current));
  }

  /** Disables the instance, or enables it; one that is so already stays as it is. */
  public CompletableFuture<LifecycleOutcome> setDisabled(Instance instance, boolean disabled) {
    String type = disabled ? InstanceEvent.DISABLED : InstanceEvent.ENABLED;
    return edit(instance, type, current -> current.withDisabled(disabled));
  }

  /** Switches the trace logging flag, which is stored and shown; nothing is traced. */
  public CompletableFuture<LifecycleOutcome> setTraceLogging(Instance instance, boolean enabled) {
    return edit(instance, InstanceEvent.UPDATED, current -> current.withTraceLogging(enabled));
  }

  /**
   * Removes the instance for good. Its token opens nothing any more and the key of the request that
   * made it is free. Events of it that wait go on being delivered, without its token; what Autotask
   * said of the tenant stays, since it is not the instance's alone.
   */
  public CompletableFuture<LifecycleOutcome> remove(Instance instance) {
    long eventId = events.nextId();
    return attempt(
            instance,
            repeat -> connection -> removal.run(connection, instance, eventId, repeat),
            1,
            false)
        .thenApply(outcome -> told(outcome, outcome.kind() == Kind.DONE, "removed"));
  }

  private CompletableFuture<LifecycleOutcome> edit(
      Instance base, String eventType, UnaryOperator<Instance> change) {
    return edit(
        base, current -> Edited.to(change.apply(current), current, List.of(eventType), false));
  }

  private CompletableFuture<LifecycleOutcome> edit(Instance base, Edit edit) {
    // Drawn outside the work, which may run twice and must find its own rows.
    List<Long> eventIds = List.of(events.nextId(), events.nextId());
    return attempt(
            base, repeat -> connection -> write.run(connection, base, edit, eventIds), 1, false)
        .thenApply(
            outcome -> told(outcome, outcome.instance().version() != base.version(), "changed"));
  }

  private Edited changed(PlannedChange plan, @Nullable TenantDetails verified, Instance current) {
    Instance next = planning.merged(current, plan.change());
    List<@Nullable String> credentials = planning.credentials(current);
    boolean dependsOnThem = verified != null || !planning.credentials(next).equals(credentials);
    if (dependsOnThem && !credentials.equals(planning.credentials(plan.base()))) {
      return Edited.refused();
    }
    List<String> types = new ArrayList<>();
    if (!next.equals(current)) {
      types.add(InstanceEvent.UPDATED);
    }
    if (verified == null) {
      return Edited.to(next, current, types, false);
    }
    if (!current.valid()) {
      types.add(InstanceEvent.VALIDATED);
    }
    boolean sameTenant =
        verified.databaseId() != null
            && verified.databaseId().equals(current.tenant().databaseId());
    TenantDetails tenant = sameTenant ? current.tenant().verifiedAgain(verified) : verified;
    return Edited.to(next.with(true, tenant), current, types, true);
  }

  /**
   * Runs the work again where it lost against another change, and once where nobody knows whether
   * its commit took place.
   *
   * @param work by whether it is run because of that; empty where it lost
   */
  private CompletableFuture<LifecycleOutcome> attempt(
      Instance base,
      Function<Boolean, SqlWork<Optional<LifecycleOutcome>>> work,
      int number,
      boolean repeat) {
    return (repeat
            // It may have taken place: nobody may be told that it was refused.
            ? database.write(work.apply(true))
            : database.write(work.apply(false), database.patience()))
        .thenCompose(
            outcome ->
                outcome.isEmpty() && number < MAX_ATTEMPTS
                    ? attempt(base, work, number + 1, repeat)
                    : CompletableFuture.completedFuture(
                        outcome.orElseGet(() -> new LifecycleOutcome(Kind.OVERTAKEN, base))))
        .exceptionallyCompose(
            failure ->
                !repeat && isOutcomeUnknown(failure)
                    ? attempt(base, work, number, true)
                    : CompletableFuture.failedFuture(failure));
  }

  private LifecycleOutcome told(LifecycleOutcome outcome, boolean news, String word) {
    if (news && outcome.kind() == Kind.DONE) {
      outbox.wake();
      LOG.info("Instance {} is {}", outcome.instance().id(), word);
    }
    return outcome;
  }

  private static boolean isOutcomeUnknown(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof StorageException storage && storage.outcomeUnknown();
  }
}
