package io.autotaskprovisioner.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Work that is done for many at once, with few statements however many they are.
 *
 * @param <A> what it is done for
 * @param <R> what comes of it for one
 */
@FunctionalInterface
public interface GroupWork<A, R> {

  /**
   * Does it for all. May run again, for all or for some, after a failed commit.
   *
   * @param items at least one, in the order in which they came
   * @return as many results, in the same order
   */
  List<R> run(Connection connection, List<A> items) throws SQLException;
}
