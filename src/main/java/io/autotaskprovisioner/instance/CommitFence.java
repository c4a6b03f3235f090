package io.autotaskprovisioner.instance;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Takes part in the transaction that stores an instance, and can forbid it: whoever started the
 * request marks it finished here, unless it is no longer his.
 */
@FunctionalInterface
public interface CommitFence {

  /**
   * Runs once the instance is inserted; may run again after a failed commit.
   *
   * @return false if the request is no longer the caller's: the instance is taken back then
   */
  boolean pass(Connection connection, Instance instance) throws SQLException;
}
