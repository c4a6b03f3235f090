package io.autotaskprovisioner.delivery;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Where events wait for their deliveries. Thread-safe. */
public interface Outbox {

  /**
   * Records each event with one pending delivery per destination that wants its type, in the
   * caller's transaction. May run again after a failed commit.
   */
  void record(Connection connection, List<InstanceEvent> events) throws SQLException;

  /** The same of one. */
  default void record(Connection connection, InstanceEvent event) throws SQLException {
    record(connection, List.of(event));
  }

  /** Tells the delivery loop that something was committed; returns at once. */
  void wake();
}
