package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.journal.ClaimedRequest;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.RequestOutcomes;
import io.autotaskprovisioner.journal.RequestOutcomes.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends claimed requests into {@code direct:provisioning} and tells the journal where one failed.
 * Success is told by the step that stores the instance, in its transaction. Thread-safe.
 */
final class ClaimRunner {

  private static final Logger LOG = LoggerFactory.getLogger(ClaimRunner.class);

  /** Longest time of one attempt: well below the lease. */
  private static final Duration MAX_ATTEMPT = Duration.ofSeconds(60);

  /** After this time an attempt is taken for lost, and its lease is let go. */
  private static final Duration LOST_AFTER = MAX_ATTEMPT.multipliedBy(3);

  /** A row that was lost and claimed again here is another entry. */
  private record Key(long id, long leaseId) {}

  private record UnderWay(ClaimedRequest claim, long sinceNanos) {}

  private final Journal journal;
  private final Supplier<Endpoint> target;
  private final Executor executor;
  private final Clock clock;
  private final RequestOutcomes outcomes;
  private final SuspectedRows suspectedRows;
  private final Map<Key, UnderWay> underWay = new ConcurrentHashMap<>();
  private volatile Runnable endListener = () -> {};
  private volatile @Nullable AsyncProducer producer;

  /**
   * @param executor runs the first steps of a request, until it first waits for something; bounded,
   *     and also what bounds a verification route that blocks
   */
  ClaimRunner(
      Journal journal,
      Supplier<Endpoint> target,
      Executor executor,
      Clock clock,
      RequestOutcomes outcomes,
      SuspectedRows suspectedRows) {
    this.journal = journal;
    this.target = target;
    this.executor = executor;
    this.clock = clock;
    this.outcomes = outcomes;
    this.suspectedRows = suspectedRows;
  }

  /** The listener hears when a place has become free. */
  void onEnd(Runnable listener) {
    endListener = listener;
  }

  void start() {
    try {
      AsyncProducer started = target.get().createAsyncProducer();
      ServiceHelper.startService(started);
      producer = started;
    } catch (Exception e) {
      throw new IllegalStateException("The provisioning route cannot be reached", e);
    }
  }

  int underWay() {
    return underWay.size();
  }

  /** The claims whose leases are to be kept; what is lost is given up here. */
  List<ClaimedRequest> claims() {
    long now = System.nanoTime();
    List<ClaimedRequest> claims = new ArrayList<>(underWay.size());
    for (UnderWay started : underWay.values()) {
      if (now - started.sinceNanos() < LOST_AFTER.toNanos()) {
        claims.add(started.claim());
      } else {
        LOG.error(
            "Request {} has not ended {} after its deadline; it is claimed again after its lease",
            started.claim().id(),
            LOST_AFTER.minus(MAX_ATTEMPT));
        end(started.claim());
      }
    }
    return claims;
  }

  void run(ClaimedRequest claim) {
    underWay.put(key(claim), new UnderWay(claim, System.nanoTime()));
    try {
      executor.execute(() -> send(claim));
    } catch (RejectedExecutionException e) {
      // At shutdown: the lease ends and the request is claimed again.
      end(claim);
    }
  }

  private void send(ClaimedRequest claim) {
    Exchange exchange;
    try {
      AsyncProducer started = producer;
      if (started == null) {
        throw new IllegalStateException("Not started");
      }
      exchange = started.getEndpoint().createExchange();
      exchange.getMessage().setBody(claim.request());
      exchange.setProperty(ProvisioningProperties.CLAIM, claim);
      exchange.setProperty(ProvisioningProperties.DEADLINE, deadline());
      started.process(exchange, doneSync -> ended(claim, exchange));
    } catch (RuntimeException e) {
      fail(claim, e);
    }
  }

  private Instant deadline() {
    return clock.instant().plus(MAX_ATTEMPT);
  }

  private void ended(ClaimedRequest claim, Exchange exchange) {
    Exception exception = exchange.getException();
    if (exception != null) {
      fail(claim, exception);
      return;
    }
    // A repeat is told, and counted, where it is found out.
    if (!Boolean.TRUE.equals(exchange.getProperty(ProvisioningProperties.EXISTING))) {
      outcomes.count(claim.door(), Outcome.SUCCEEDED, 1);
    }
    end(claim);
  }

  private void fail(ClaimedRequest claim, Exception exception) {
    CompletableFuture<Void> told;
    try {
      Failure failure = failure(claim, exception);
      told =
          journal.fail(
              claim,
              failure,
              !AutotaskFailures.waitsForOperator(failure),
              suspectedRows.suspect(claim.request(), failure));
    } catch (RuntimeException e) {
      told = CompletableFuture.failedFuture(e);
    }
    told.whenComplete(
        (nothing, problem) -> {
          if (problem != null) {
            LOG.warn(
                "The failure of request {} is not noted; it is claimed again after its lease: {}",
                claim.id(),
                problem.toString());
          }
          end(claim);
        });
  }

  private static Failure failure(ClaimedRequest claim, Exception exception) {
    for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProvisioningException known) {
        return known.failure();
      }
    }
    LOG.error("Request {} failed unexpectedly", claim.id(), exception);
    return Failure.of(
        FailureClass.INTERNAL_ERROR, "An unexpected error; the log has request " + claim.id());
  }

  private static Key key(ClaimedRequest claim) {
    return new Key(claim.id(), claim.leaseId());
  }

  private void end(ClaimedRequest claim) {
    underWay.remove(key(claim));
    endListener.run();
  }
}
