package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
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

  /** Rows of one commit, so that nobody's waits long behind it. */
  static final int PIECE = 1_000;

  private static final String WIPE =
      """
      update provisioning_request set sealed_payload = null
      where id in (
        select failed.id from provisioning_request failed
        where failed.status = 'FAILED' and failed.sealed_payload is not null
          and (failed.finished_at < ? or exists (
            select 1 from provisioning_request holder
            where holder.account_id = failed.account_id
              and holder.active_key = failed.idempotency_key
              and holder.status = 'SUCCEEDED'))
        limit %d)
        and status = 'FAILED'
      """
          .formatted(PIECE);

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
    int wiped = 0;
    int piece;
    do {
      piece = database.transaction(connection -> wipePiece(connection, failedBefore));
      wiped += piece;
    } while (piece == PIECE);
    if (wiped > 0) {
      LOG.info("Wiped the payloads of {} failed requests", wiped);
    }
    return wiped;
  }

  private static int wipePiece(Connection connection, OffsetDateTime failedBefore)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(WIPE)) {
      statement.setObject(1, failedBefore);
      return statement.executeUpdate();
    }
  }
}
