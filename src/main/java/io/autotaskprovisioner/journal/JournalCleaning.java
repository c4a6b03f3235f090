package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.storage.Database;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wipes the sealed payloads of failed requests that nobody will correct any more: those that failed
 * too long ago, and those whose key has meanwhile succeeded with another request.
 */
final class JournalCleaning {

  private static final Logger LOG = LoggerFactory.getLogger(JournalCleaning.class);

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

  JournalCleaning(Database database, Clock clock, Duration retention) {
    this.database = database;
    this.clock = clock;
    this.retention = retention;
  }

  /** Wipes now; answers how many payloads. */
  int clean() {
    OffsetDateTime failedBefore = utc(clock.instant().minus(retention));
    int wiped =
        database.transaction(
            connection -> {
              try (PreparedStatement statement = connection.prepareStatement(WIPE)) {
                statement.setObject(1, failedBefore);
                return statement.executeUpdate();
              }
            });
    if (wiped > 0) {
      LOG.info("Wiped the payloads of {} failed requests", wiped);
    }
    return wiped;
  }
}
