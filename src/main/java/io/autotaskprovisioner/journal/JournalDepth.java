package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.journal.Journal.Depth;
import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * Counts what is in the journal, at most once in a few seconds and never more than a twentieth of
 * the time, since counting a long backlog is not free. Thread-safe.
 */
final class JournalDepth {

  private static final Duration MIN_AGE = Duration.ofSeconds(2);
  private static final int SHARE_OF_TIME = 20;

  private static final String COUNTS =
      """
      select status, count(*) as rows_in_status from provisioning_request
      where status in ('WAITING', 'RUNNING', 'FAILED') group by status
      """;

  private static final String OLDEST_DUE =
      """
      select min(next_attempt_at) as oldest from provisioning_request
      where status = 'WAITING' and next_attempt_at <= ?
      """;

  private record Counted(Depth depth, Instant validUntil) {}

  private final Database database;
  private final Clock clock;
  private volatile Counted last = new Counted(new Depth(0, 0, 0, 0), Instant.MIN);

  JournalDepth(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** One thread counts; the others take the last count meanwhile. */
  Depth current() {
    Counted known = last;
    if (clock.instant().isBefore(known.validUntil())) {
      return known.depth();
    }
    synchronized (this) {
      if (last != known) {
        return last.depth();
      }
      Instant start = clock.instant();
      Depth depth = database.query(connection -> count(connection, start));
      Instant end = clock.instant();
      Duration rest = Duration.between(start, end).multipliedBy(SHARE_OF_TIME);
      last = new Counted(depth, end.plus(rest.compareTo(MIN_AGE) < 0 ? MIN_AGE : rest));
      return depth;
    }
  }

  private static Depth count(Connection connection, Instant now) throws SQLException {
    Map<RequestStatus, Long> counts = new EnumMap<>(RequestStatus.class);
    try (PreparedStatement statement = connection.prepareStatement(COUNTS);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        counts.put(RequestStatus.valueOf(row.getString("status")), row.getLong("rows_in_status"));
      }
    }
    long oldestSeconds = 0;
    try (PreparedStatement statement = connection.prepareStatement(OLDEST_DUE)) {
      statement.setObject(1, utc(now));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        Instant oldest = Timestamps.nullableInstant(row, "oldest");
        oldestSeconds = oldest == null ? 0 : Duration.between(oldest, now).toSeconds();
      }
    }
    return new Depth(
        counts.getOrDefault(RequestStatus.WAITING, 0L),
        counts.getOrDefault(RequestStatus.RUNNING, 0L),
        counts.getOrDefault(RequestStatus.FAILED, 0L),
        oldestSeconds);
  }
}
