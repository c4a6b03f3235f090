package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.instance.CommitFence;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.journal.ClaimedRequest;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.ProvisioningException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step that stores the instance in the body. The body stays an {@link Instance}: the stored
 * one, or the one that the same key had made before (property {@code existing}). Thread-safe.
 */
final class StoreInstance extends AsyncProcessorSupport {

  private static final Logger LOG = LoggerFactory.getLogger(StoreInstance.class);

  private final InstanceStore store;
  private final Journal journal;
  private final SameRequest sameRequest;
  private final Clock clock;

  StoreInstance(InstanceStore store, Journal journal, SameRequest sameRequest, Clock clock) {
    this.store = store;
    this.journal = journal;
    this.sameRequest = sameRequest;
    this.clock = clock;
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Instance instance = exchange.getMessage().getBody(Instance.class);
    ClaimedRequest claim = exchange.getProperty(ProvisioningProperties.CLAIM, ClaimedRequest.class);
    stored(exchange, instance, claim)
        .thenCompose(result -> finish(exchange, claim, result))
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                exchange.setException(
                    failure instanceof CompletionException ? failure.getCause() : failure);
              }
              callback.done(false);
            });
    return false;
  }

  /** A caller is told in time; what is in the journal waits, and holds its lease meanwhile. */
  private CompletableFuture<InstanceStore.Result> stored(
      Exchange exchange, Instance instance, @Nullable ClaimedRequest claim) {
    if (claim != null) {
      return store.store(instance, claim);
    }
    Instant deadline = exchange.getProperty(ProvisioningProperties.DEADLINE, Instant.class);
    return store.store(
        instance,
        exchange.getProperty(ProvisioningProperties.COMMIT_FENCE, CommitFence.class),
        deadline == null ? null : Duration.between(clock.instant(), deadline));
  }

  /** The key's instance may have come through another door, for another login. */
  private CompletableFuture<Void> settleTakenKey(ClaimedRequest claim, Instance instance) {
    if (sameRequest.made(instance, claim.request())) {
      return journal.duplicate(claim, instance.id());
    }
    return CompletableFuture.failedFuture(
        new ProvisioningException(
            Failure.of(
                FailureClass.INVALID_REQUEST,
                "The requestId %s has already made instance %d with another element or user name: use a new one."
                    .formatted(claim.request().requestId(), instance.id()))));
  }

  private CompletableFuture<Void> finish(
      Exchange exchange, ClaimedRequest claim, InstanceStore.Result result) {
    Instance instance = result.instance();
    exchange.getMessage().setBody(instance);
    switch (result.outcome()) {
      case KEY_TAKEN -> {
        exchange.setProperty(ProvisioningProperties.EXISTING, Boolean.TRUE);
        return claim == null
            ? CompletableFuture.completedFuture(null)
            : settleTakenKey(claim, instance);
      }
      case FENCED -> {
        return CompletableFuture.failedFuture(
            new ProvisioningException(
                Failure.of(
                    FailureClass.INTERNAL_ERROR,
                    "The request took longer than its lease and is another worker's now.")));
      }
      default -> {
        LOG.info(
            "Instance {} provisioned for account {}{}",
            instance.id(),
            instance.accountId(),
            claim == null ? "" : " from request " + claim.id());
        return CompletableFuture.completedFuture(null);
      }
    }
  }
}
