package io.autotaskprovisioner.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs work in one transaction and says exactly how that ended. Thread-safe. */
final class Transactions {

  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
  private static final int ATTEMPTS = 5;

  private final DataSource dataSource;
  private final Product product;
  private final WriteTurns turns;
  private final Revival revival;

  /**
   * @param turns shared by all who write to the database
   */
  Transactions(DataSource dataSource, Product product, WriteTurns turns, Revival revival) {
    this.dataSource = dataSource;
    this.product = product;
    this.turns = turns;
    this.revival = revival;
  }

  /**
   * Like {@link #once}, and again while it fails for a reason of concurrency (deadlock, lock
   * timeout, serialization failure).
   */
  <T> T run(SqlWork<T> work) {
    return untilPossible(() -> once(work));
  }

  /** Like {@link #run}, for work that only reads, and so needs no turn. */
  <T> T read(SqlWork<T> work) {
    return untilPossible(() -> onConnection(work, true));
  }

  private <T> T untilPossible(Supplier<T> transaction) {
    for (int attempt = 1; ; attempt++) {
      try {
        return transaction.get();
      } catch (StorageException e) {
        if (attempt == ATTEMPTS || e.outcomeUnknown() || !product.isTransient(e.getCause())) {
          throw e;
        }
        LOG.debug("Transaction is run again after attempt {}: {}", attempt, e.getMessage());
        pause(attempt);
      }
    }
  }

  /**
   * Begins, runs the work, commits. What the work throws besides SQLException goes through as it
   * is, after the rollback.
   */
  <T> T once(SqlWork<T> work) {
    turns.take();
    try {
      return onConnection(work, false);
    } finally {
      turns.giveBack();
    }
  }

  private <T> T onConnection(SqlWork<T> work, boolean readOnly) {
    long generation = revival.generation();
    Connection connection;
    try {
      connection = dataSource.getConnection();
    } catch (SQLException e) {
      StorageException failure = failed("could not be reached", e, false, generation);
      throw new StorageException(failure.getMessage(), failure.getCause(), false, true);
    }
    try {
      return runOn(connection, work, readOnly, generation);
    } finally {
      close(connection);
    }
  }

  private <T> T runOn(Connection connection, SqlWork<T> work, boolean readOnly, long generation) {
    boolean worked = false;
    T result;
    try {
      connection.setReadOnly(readOnly);
      connection.setAutoCommit(false);
      result = work.run(connection);
      worked = true;
    } catch (SQLException e) {
      throw failed("refused", e, false, generation);
    } finally {
      if (!worked) {
        rollBack(connection);
      }
    }
    try {
      connection.commit();
    } catch (SQLException e) {
      rollBack(connection);
      throw failed("failed to commit", e, !product.refusedCommit(e), generation);
    }
    return result;
  }

  private StorageException failed(
      String what, SQLException e, boolean outcomeUnknown, long generation) {
    if (product.isGone(e)) {
      revival.databaseIsGone(generation);
    }
    String message =
        "The database %s (SQLState %s, error %d)%s"
            .formatted(
                what,
                e.getSQLState(),
                e.getErrorCode(),
                outcomeUnknown ? "; whether it took place is unknown" : "");
    return new StorageException(message, withoutValues(e), outcomeUnknown);
  }

  /** Messages about data and constraints (classes 22, 23) quote values; their place is no log. */
  private static SQLException withoutValues(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    if (!state.startsWith("22") && !state.startsWith("23")) {
      return e;
    }
    SQLException bare =
        new SQLException(
            "message left out, since it quotes values", e.getSQLState(), e.getErrorCode());
    bare.setStackTrace(e.getStackTrace());
    return bare;
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      LOG.debug("Rollback failed, the connection is broken: {}", e.getSQLState());
    }
  }

  /** A connection that breaks at closing must not turn a commit that took place into a failure. */
  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("Closing failed, the connection is broken: {}", e.getSQLState());
    }
  }

  private static void pause(int attempt) {
    long bound = TimeUnit.MILLISECONDS.toNanos(10L << attempt);
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(bound / 2, bound));
  }
}
