package io.autotaskprovisioner.lifecycle;

import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.GroupWork;
import io.autotaskprovisioner.storage.SqlWork;
import io.autotaskprovisioner.storage.StorageException;
import io.autotaskprovisioner.support.ForwardingDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A real database that notes what writes ask of it, and can lose the news of a commit. */
final class WatchedDatabase extends ForwardingDatabase {

  private final List<String> statements = new CopyOnWriteArrayList<>();
  private final AtomicBoolean losesNews = new AtomicBoolean();

  WatchedDatabase(Database database) {
    super(database);
  }

  /** What was asked since it was last emptied. */
  List<String> statements() {
    return statements;
  }

  /** The next write takes place, and nobody learns that it did. */
  void loseNewsOfNextCommit() {
    losesNews.set(true);
  }

  @Override
  public <T> CompletableFuture<T> write(SqlWork<T> work) {
    boolean lost = losesNews.getAndSet(false);
    return super.write(connection -> work.run(watched(connection)))
        .thenApply(
            result -> {
              if (lost) {
                throw new StorageException("The connection broke at the commit", null, true);
              }
              return result;
            });
  }

  private Connection watched(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("prepareStatement")) {
                statements.add(((String) arguments[0]).strip());
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public <T> CompletableFuture<T> write(SqlWork<T> work, Duration patience) {
    return write(work);
  }

  @Override
  public <A, R> CompletableFuture<R> write(
      GroupWork<A, R> work, A item, @Nullable Duration patience) {
    return write(connection -> work.run(connection, List.of(item)).get(0));
  }
}
