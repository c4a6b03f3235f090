package io.autotaskprovisioner.storage;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Work on one connection inside a transaction that somebody else begins and ends.
 *
 * @param <T> what it answers
 */
@FunctionalInterface
public interface SqlWork<T> {

  /** Does the work; must not commit, roll back or close the connection. May run more than once. */
  T run(Connection connection) throws SQLException;
}
