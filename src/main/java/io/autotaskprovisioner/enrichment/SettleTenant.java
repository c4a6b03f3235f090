package io.autotaskprovisioner.enrichment;

import io.autotaskprovisioner.autotask.AutotaskException;
import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import io.autotaskprovisioner.instance.TenantClaims;
import io.autotaskprovisioner.instance.TenantFacts;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.StorageException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Writes down how an attempt ended: done, to be tried again, or given up. Thread-safe. */
final class SettleTenant implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(SettleTenant.class);

  private static final Set<Kind> FINAL =
      EnumSet.of(
          Kind.REJECTED_CREDENTIALS, Kind.HOST_NOT_ALLOWED, Kind.INVALID_LOGIN, Kind.UNKNOWN_LOGIN);

  private final Database database;
  private final TenantClaims claims;
  private final RetryPauses pauses;
  private final MeterRegistry meters;
  private final Clock clock;

  SettleTenant(
      Database database,
      TenantClaims claims,
      RetryPauses pauses,
      MeterRegistry meters,
      Clock clock) {
    this.database = database;
    this.claims = claims;
    this.pauses = pauses;
    this.meters = meters;
    this.clock = clock;
  }

  @Override
  public void process(Exchange exchange) {
    TenantTask task = exchange.getMessage().getBody(TenantTask.class);
    Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    try {
      if (failure == null) {
        finish(task);
      } else {
        settleFailure(task, failure);
      }
    } catch (StorageException e) {
      // The lease ends by itself, and the tenant is asked again.
      LOG.warn("What tenant {} answered is not stored: {}", task.databaseId(), e.getMessage());
    }
  }

  private void finish(TenantTask task) {
    Instant now = clock.instant();
    TenantFacts facts = task.facts();
    boolean settled =
        database.transaction(connection -> claims.finish(connection, task.work(), facts, now));
    if (told(task, settled, "finished")) {
      LOG.info(
          "Tenant {} asked: version {}, own company {}",
          task.databaseId(),
          facts.versionAnswer(),
          facts.companyAnswer());
    }
  }

  private void settleFailure(TenantTask task, Exception failure) {
    Instant now = clock.instant();
    String reason = reason(failure);
    Duration wait = failure instanceof AutotaskException e ? e.retryAfter() : null;
    Instant next = now.plus(pauses.after(task.work().attempts(), wait));
    boolean tooLate = next.isAfter(task.work().notedAt().plus(pauses.giveUpAfter()));
    if (isFinal(failure, wait) || tooLate) {
      boolean settled =
          database.transaction(
              connection -> claims.giveUp(connection, task.work(), task.facts(), reason, now));
      if (told(task, settled, "given_up")) {
        // Instances that are removed soon after are everyday life.
        LOG.atLevel(task.login() == null ? Level.INFO : Level.WARN)
            .log(
                "Tenant {} is asked no more until a further instance of it is stored: {}",
                task.databaseId(),
                reason);
      }
      return;
    }
    boolean settled =
        database.transaction(
            connection -> claims.postpone(connection, task.work(), task.facts(), reason, next));
    if (told(task, settled, "postponed")) {
      LOG.info("Tenant {} is asked again at {}: {}", task.databaseId(), next, reason);
    }
  }

  private boolean told(TenantTask task, boolean settled, String outcome) {
    meters.counter("tenant.enrichment", "outcome", settled ? outcome : "lease_lost").increment();
    if (!settled) {
      LOG.warn("Tenant {} is another process's by now; its answer is dropped", task.databaseId());
    }
    return settled;
  }

  /** A code that is refused stays so; one that is only suspended has a time to wait. */
  private static boolean isFinal(Exception failure, @Nullable Duration wait) {
    return failure instanceof AutotaskException e
        && (FINAL.contains(e.kind()) || e.kind() == Kind.INTEGRATION_CODE && wait == null);
  }

  /** Of what is not ours only the type: its words may quote what was sent. */
  private static String reason(Exception failure) {
    if (failure instanceof AutotaskException e) {
      return e.kind() + ": " + e.getMessage();
    }
    String type = failure.getClass().getSimpleName();
    return failure instanceof IOException ? "UNREACHABLE: " + type : "INTERNAL_ERROR: " + type;
  }
}
