package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;

/** Measures how much waits for a destination, from the index alone. Thread-safe. */
final class DeliveryDepth {

  private static final String COUNTS =
      """
      select status, count(*) from delivery
      where destination = ? and status in ('PENDING', 'SENDING', 'EXHAUSTED')
      group by status
      """;

  private static final String OLDEST =
      """
      select min(next_attempt_at) from delivery
      where destination = ? and status = 'PENDING' and next_attempt_at <= ?
      """;

  private final Database database;
  private final Clock clock;

  DeliveryDepth(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * @param counts absent means none
   * @param oldestDueSeconds how long the longest due delivery has been due; 0 where none is
   */
  record Depth(Map<DeliveryStatus, Long> counts, long oldestDueSeconds) {}

  Depth measure(String destination) {
    return database.query(
        connection ->
            new Depth(counts(connection, destination), oldestSeconds(connection, destination)));
  }

  private static Map<DeliveryStatus, Long> counts(Connection connection, String destination)
      throws SQLException {
    Map<DeliveryStatus, Long> counts = new EnumMap<>(DeliveryStatus.class);
    try (PreparedStatement query = connection.prepareStatement(COUNTS)) {
      query.setString(1, destination);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          counts.put(DeliveryStatus.valueOf(rows.getString(1)), rows.getLong(2));
        }
      }
    }
    return counts;
  }

  private long oldestSeconds(Connection connection, String destination) throws SQLException {
    Instant now = clock.instant();
    try (PreparedStatement query = connection.prepareStatement(OLDEST)) {
      query.setString(1, destination);
      query.setObject(2, now.atOffset(ZoneOffset.UTC));
      try (ResultSet row = query.executeQuery()) {
        row.next();
        OffsetDateTime oldest = row.getObject(1, OffsetDateTime.class);
        return oldest == null
            ? 0
            : Math.max(0, Duration.between(oldest.toInstant(), now).toSeconds());
      }
    }
  }
}
