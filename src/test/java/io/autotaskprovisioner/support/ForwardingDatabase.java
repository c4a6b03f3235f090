package io.autotaskprovisioner.support;

import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.GroupWork;
import io.autotaskprovisioner.storage.Sequence;
import io.autotaskprovisioner.storage.SqlWork;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A real database, of which a test changes what it overrides. */
public class ForwardingDatabase implements Database {

  private final Database real;

  protected ForwardingDatabase(Database real) {
    this.real = real;
  }

  @Override
  public DataSource dataSource() {
    return real.dataSource();
  }

  @Override
  public <T> T transaction(SqlWork<T> work) {
    return real.transaction(work);
  }

  @Override
  public <T> T query(SqlWork<T> work) {
    return real.query(work);
  }

  @Override
  public <T> CompletableFuture<T> read(SqlWork<T> work) {
    return real.read(work);
  }

  @Override
  public <T> CompletableFuture<T> write(SqlWork<T> work) {
    return real.write(work);
  }

  @Override
  public <T> CompletableFuture<T> write(SqlWork<T> work, Duration patience) {
    return real.write(work, patience);
  }

  @Override
  public <A, R> CompletableFuture<R> write(
      GroupWork<A, R> work, A item, @Nullable Duration patience) {
    return real.write(work, item, patience);
  }

  @Override
  public Duration patience() {
    return real.patience();
  }

  @Override
  public Duration expectedWait() {
    return real.expectedWait();
  }

  @Override
  public long nextId(Sequence sequence) {
    return real.nextId(sequence);
  }
}
