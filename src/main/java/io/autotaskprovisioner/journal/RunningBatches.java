package io.autotaskprovisioner.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;

/** Makes finished batches run again, so that they finish anew and their results are written. */
final class RunningBatches {

  private static final String RUN_AGAIN =
      """
      update batch set status = 'RUNNING', finished_at = null where id = ? and status = 'FINISHED'
      """;

  private RunningBatches() {}

  /** In the order of ids, so that two transactions cannot wait for each other. */
  static void runAgain(Connection connection, Set<Long> batches) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RUN_AGAIN)) {
      for (long batch : batches.stream().sorted().toList()) {
        statement.setLong(1, batch);
        if (statement.executeUpdate() == 1) {
          ResultLeases.again(connection, batch);
        }
      }
    }
  }
}
