package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.StorageException;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wipes, every hour, the sealed payloads of failed requests that nobody will correct any more:
 * those that failed too long ago, and those whose key has meanwhile succeeded with another request.
 */
final class JournalCleaning extends ServiceSupport {

  private static final Logger LOG = LoggerFactory.getLogger(JournalCleaning.class);
  private static final Duration INTERVAL = Duration.ofHours(1);

  private static final String WIPE =
      """
      update provisioning_request set sealed_payload = null
      where status = 'FAILED' and sealed_payload is not null
        and (finished_at < ? or exists (
          select 1 from provisioning_request holder
          where holder.account_id = provisioning_request.account_id
            and holder.active_key = provisioning_request.idempotency_key
            and holder.status = 'SUCCEEDED'))
      """;

  private final Database database;
  private final Clock clock;
  private final Duration retention;
  private @Nullable ScheduledExecutorService executor;

  JournalCleaning(Database database, Clock clock, Duration retention) {
    this.database = database;
    this.clock = clock;
    this.retention = retention;
  }

  /** Wipes now; answers how many payloads. */
  int clean() {
    OffsetDateTime failedBefore = utc(clock.instant().minus(retention));
    return database.transaction(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(WIPE)) {
            statement.setObject(1, failedBefore);
            return statement.executeUpdate();
          }
        });
  }

  @Override
  protected void doStart() {
    executor =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "journal-cleaning");
              thread.setDaemon(true);
              return thread;
            });
    executor.scheduleWithFixedDelay(
        this::cleanAndLog, INTERVAL.toSeconds(), INTERVAL.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  protected void doStop() {
    if (executor != null) {
      // Not shutdownNow: an interrupt inside JDBC may close an H2 database for everybody.
      executor.shutdown();
    }
  }

  private void cleanAndLog() {
    try {
      int wiped = clean();
      if (wiped > 0) {
        LOG.info("Wiped the payloads of {} failed requests", wiped);
      }
    } catch (StorageException e) {
      LOG.warn("Payloads of failed requests are wiped at the next try: {}", e.getMessage());
    }
  }
}
