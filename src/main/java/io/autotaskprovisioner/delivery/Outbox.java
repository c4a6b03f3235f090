package io.autotaskprovisioner.delivery;

import java.sql.Connection;
import java.sql.SQLException;

/** Where events wait for their deliveries. Thread-safe. */
public interface Outbox {

  /**
   * Records the event with one pending delivery per destination that wants its type, in the
   * caller's transaction. May run again after a failed commit.
   */
  void record(Connection connection, InstanceEvent event) throws SQLException;

  /** Tells the delivery loop that something was committed; returns at once. */
  void wake();
}
