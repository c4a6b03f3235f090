package io.autotaskprovisioner.storage;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;

/**
 * Whose turn it is to write. On H2 one transaction at a time writes, whichever way it comes; a
 * server may be written to by all at once. Thread-safe.
 *
 * <p>What H2 2.4.240 stores at a commit is a picture of all its maps, tables, indexes and undo logs
 * alike, taken one map after the other while other threads go on changing them ({@code
 * MVStore.collectChangedMapRoots}). A process that is killed behind a picture that holds a change,
 * but not the undo record of it, leaves a table and its indexes differing for good: the next
 * statement that touches such a row waits for ten seconds and fails, again and again. Without turns
 * that was so after one in ten to a hundred kills under load, the more maps the more often; see
 * {@code KilledWritersTest}.
 */
final class WriteTurns {

  private final ReentrantLock turn = new ReentrantLock(true);
  private final boolean oneByOne;

  WriteTurns(Product product) {
    this.oneByOne = product.hasOneWriter();
  }

  /** Waits until it is the calling thread's turn, which may have it already. */
  void take() {
    if (oneByOne) {
      turn.lock();
    }
  }

  /** To be called as often as {@link #take}, by the same thread. */
  void giveBack() {
    if (oneByOne) {
      turn.unlock();
    }
  }

  /**
   * The data source for those who bring their own SQL: its connections have the turn until they are
   * closed, by the thread that opened them.
   */
  DataSource dataSource(DataSource pool) {
    if (!oneByOne) {
      return pool;
    }
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) ->
                method.getName().equals("getConnection")
                    ? connection(pool, method, arguments)
                    : invoke(pool, method, arguments));
  }

  private Connection connection(DataSource pool, Method method, Object[] arguments)
      throws Throwable {
    take();
    try {
      return inTurn((Connection) invoke(pool, method, arguments));
    } catch (Throwable e) {
      giveBack();
      throw e;
    }
  }

  private Connection inTurn(Connection connection) {
    AtomicBoolean closed = new AtomicBoolean();
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              try {
                return invoke(connection, method, arguments);
              } finally {
                if (method.getName().equals("close") && closed.compareAndSet(false, true)) {
                  giveBack();
                }
              }
            });
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
