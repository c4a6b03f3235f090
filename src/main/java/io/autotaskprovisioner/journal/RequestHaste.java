package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.storage.SqlWork;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes waiting requests of one failure class due, one chunk a transaction, oldest first. */
final class RequestHaste {

  private static final int CHUNK = 500;

  private static final String CANDIDATES =
      """
      select id from provisioning_request
      where id > ? and status = 'WAITING' and failure_class = ? and next_attempt_at > ?
      order by id limit ?
      """;

  private static final String DUE =
      """
      update provisioning_request set next_attempt_at = ?
      where id = ? and status = 'WAITING' and failure_class = ?
      """;

  /**
   * @param highestId of the rows looked at; null where there were none: the end
   */
  record Step(int hurried, @Nullable Long highestId) {}

  private RequestHaste() {}

  static SqlWork<Step> step(FailureClass failureClass, long afterId, Instant now) {
    return connection -> {
      List<Long> ids = candidates(connection, failureClass, afterId, now);
      int hurried = 0;
      try (PreparedStatement statement = connection.prepareStatement(DUE)) {
        for (long id : ids) {
          statement.setObject(1, utc(now));
          statement.setLong(2, id);
          statement.setString(3, failureClass.name());
          hurried += statement.executeUpdate();
        }
      }
      return new Step(hurried, ids.isEmpty() ? null : ids.get(ids.size() - 1));
    };
  }

  private static List<Long> candidates(
      Connection connection, FailureClass failureClass, long afterId, Instant now)
      throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(CANDIDATES)) {
      statement.setLong(1, afterId);
      statement.setString(2, failureClass.name());
      statement.setObject(3, utc(now));
      statement.setInt(4, CHUNK);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
    }
    return ids;
  }
}
