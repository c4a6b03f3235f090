package io.autotaskprovisioner.movein;

import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.movein.ImportRows.Claim;
import io.autotaskprovisioner.movein.ImportRows.Item;
import io.autotaskprovisioner.provisioning.LoginProof;
import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on imports: proves the logins of one, some at once, and notes each answer, so that whoever
 * goes on after a kill asks only for the rest. Only one process works on an import at a time, under
 * a lease. Runs on the one thread that calls {@link #work}.
 */
final class ImportRunner {

  private static final Logger LOG = LoggerFactory.getLogger(ImportRunner.class);

  /** Our choice: as many as the worker has under way by default. */
  private static final int AT_ONCE = 16;

  private static final Duration LEASE = Duration.ofMinutes(2);
  private static final Duration MAX_PROOF = Duration.ofSeconds(45);
  private static final Duration FIRST_DELAY = Duration.ofSeconds(5);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);
  private static final Duration OPERATOR_DELAY = Duration.ofMinutes(1);

  /** Our choice, as for requests of the journal. */
  private static final Duration GIVE_UP_AFTER = Duration.ofHours(24);

  /** What became of one proof; exactly one of the two is there. */
  private record Proof(Item item, @Nullable TenantDetails tenant, @Nullable Failure failure) {}

  private final Database database;
  private final ImportRows rows;
  private final InstanceReader reader;
  private final ImportEnd end;
  private final ElementCatalogue catalogue;
  private final LoginProof logins;
  private final Clock clock;
  private volatile boolean stopping;

  ImportRunner(
      Database database,
      ImportRows rows,
      InstanceReader reader,
      ImportEnd end,
      ElementCatalogue catalogue,
      LoginProof logins,
      Clock clock) {
    this.database = database;
    this.rows = rows;
    this.reader = reader;
    this.end = end;
    this.catalogue = catalogue;
    this.logins = logins;
    this.clock = clock;
  }

  /** Does what is due, and returns when nothing is. */
  void work() {
    Optional<Claim> claim = claim();
    while (claim.isPresent()) {
      work(claim.get());
      claim = stopping ? Optional.empty() : claim();
    }
  }

  /** What is under way is still noted; nothing more is begun. */
  void stop() {
    stopping = true;
  }

  private Optional<Claim> claim() {
    return database.transaction(connection -> rows.claim(connection, LEASE, clock.instant()));
  }

  private void work(Claim claim) {
    List<Item> due = due(claim);
    while (!due.isEmpty()) {
      List<Proof> proofs = prove(claim, due);
      boolean mine = database.write(connection -> note(connection, claim, proofs)).join();
      if (!mine) {
        LOG.info("Import {} was ended or is another process's now", claim.jobId());
        return;
      }
      due = stopping ? List.of() : due(claim);
    }
    Optional<Instant> next = database.query(connection -> rows.nextDue(connection, claim));
    if (next.isPresent()) {
      // Also where this process stops: another one goes on at once.
      database.transaction(
          connection -> {
            rows.release(connection, claim, next.get());
            return null;
          });
    } else {
      end.conclude(claim);
    }
  }

  private List<Item> due(Claim claim) {
    return database.query(
        connection -> rows.items(connection, claim, false, clock.instant(), AT_ONCE));
  }

  private List<Proof> prove(Claim claim, List<Item> items) {
    List<CompletableFuture<Proof>> asked = items.stream().map(item -> prove(claim, item)).toList();
    return asked.stream().map(CompletableFuture::join).toList();
  }

  private CompletableFuture<Proof> prove(Claim claim, Item item) {
    CompletableFuture<TenantDetails> asked;
    try {
      ImportedInstance instance = reader.again(item.instance(), item.place(), claim.accountId());
      Element element = catalogue.find(instance.request().element()).orElseThrow();
      asked = logins.prove(instance.request(), element, clock.instant().plus(MAX_PROOF));
    } catch (InstanceReader.UnfitException e) {
      asked =
          CompletableFuture.failedFuture(
              new ProvisioningException(Failure.of(FailureClass.INVALID_REQUEST, e.getMessage())));
    } catch (RuntimeException e) {
      asked = CompletableFuture.failedFuture(e);
    }
    return asked
        .orTimeout(MAX_PROOF.plusSeconds(15).toSeconds(), TimeUnit.SECONDS)
        .handle(
            (tenant, failure) ->
                failure == null
                    ? new Proof(item, tenant, null)
                    : new Proof(item, null, failure(claim, item, failure)));
  }

  private static Failure failure(Claim claim, Item item, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProvisioningException known) {
        return known.failure();
      }
    }
    LOG.error("Number {} of import {} failed unexpectedly", item.place(), claim.jobId(), failure);
    return Failure.of(
        FailureClass.INTERNAL_ERROR,
        "An unexpected error; the log has import %d, number %d."
            .formatted(claim.jobId(), item.place()));
  }

  private boolean note(Connection connection, Claim claim, List<Proof> proofs) throws SQLException {
    if (!rows.keep(connection, claim, LEASE)) {
      return false;
    }
    Instant now = clock.instant();
    for (Proof proof : proofs) {
      Item item = proof.item();
      Failure failure = proof.failure();
      if (failure == null) {
        rows.proven(connection, claim, item, proof.tenant(), now);
      } else {
        noteFailure(connection, claim, item, failure, now);
      }
    }
    return true;
  }

  private void noteFailure(
      Connection connection, Claim claim, Item item, Failure failure, Instant now)
      throws SQLException {
    // A code that is suspected is not the login's fault: it waits until somebody resumes it.
    boolean operator =
        failure.failureClass() == FailureClass.INTEGRATION_CODE && failure.retryAfter() != null;
    int attempts = item.attempts() + (operator ? 0 : 1);
    Duration delay = operator ? OPERATOR_DELAY : delay(attempts);
    if (failure.retryAfter() != null && failure.retryAfter().compareTo(delay) > 0) {
      delay = failure.retryAfter();
    }
    Instant next = now.plus(delay);
    boolean again =
        (operator || failure.failureClass().retryable())
            && next.isBefore(claim.createdAt().plus(GIVE_UP_AFTER));
    if (again) {
      rows.again(connection, claim, item, failure, attempts, next);
    } else {
      rows.failed(connection, claim, item, failure, now);
    }
  }

  private static Duration delay(int attempts) {
    Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(attempts - 1, 10));
    return delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
  }
}
