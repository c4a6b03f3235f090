package io.autotaskprovisioner.storage;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.apache.camel.support.service.ServiceSupport;

/** The {@link Database} over a connection pool. Stopping it drains the waiting writes first. */
public final class JdbcDatabase extends ServiceSupport implements Database {

  /** Our choice: a second or so of writes at full speed; beyond it callers are told at once. */
  private static final int WAITING_WRITES = 8192;

  private static final int WAITING_READS = 8192;

  private final HikariDataSource pool;
  private final HikariDataSource idPool;
  private final Transactions transactions;
  private final GroupCommit writes;
  private final ThreadPoolExecutor reads;
  private final IdBlocks ids;

  private JdbcDatabase(
      StorageSettings settings,
      HikariDataSource pool,
      HikariDataSource idPool,
      MeterRegistry registry,
      Consumer<String> onFatal) {
    this.pool = pool;
    this.idPool = idPool;
    Product product = settings.product();
    Revival revival = new Revival(this::reopen, onFatal, Clock.systemUTC());
    this.transactions = new Transactions(pool, product, revival);
    this.ids = new IdBlocks(new Transactions(idPool, product, revival));
    this.writes = new GroupCommit(transactions, WAITING_WRITES, registry);
    this.reads = readers(Math.max(2, settings.poolSize() / 2));
  }

  /**
   * Opens the database, creating the H2 file where there is none, and migrates its schema.
   *
   * @param onFatal told why, once, when the database is lost for good; must end the process, and
   *     must not wait for it on the calling thread
   * @throws io.autotaskprovisioner.setting.InvalidSettingException if it cannot be opened or its
   *     schema is not ours
   */
  public static JdbcDatabase open(
      StorageSettings settings, MeterRegistry registry, Consumer<String> onFatal) {
    Opening opening = new Opening(settings);
    opening.prepareFiles();
    HikariDataSource pool = opening.pool("database", settings.poolSize(), registry);
    try {
      opening.migrate(pool);
      HikariDataSource idPool = opening.pool("database-ids", 1, null);
      return new JdbcDatabase(settings, pool, idPool, registry, onFatal);
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  @Override
  public DataSource dataSource() {
    return pool;
  }

  @Override
  public <T> T transaction(SqlWork<T> work) {
    return transactions.run(work);
  }

  @Override
  public <T> CompletableFuture<T> read(SqlWork<T> work) {
    CompletableFuture<T> future = new CompletableFuture<>();
    try {
      reads.execute(
          () -> {
            T result;
            try {
              result = transactions.run(work);
            } catch (Throwable e) {
              future.completeExceptionally(e);
              return;
            }
            future.complete(result);
          });
    } catch (RejectedExecutionException e) {
      future.completeExceptionally(
          new StorageException("Too many reads wait for the database", null, false));
    }
    return future;
  }

  @Override
  public <T> CompletableFuture<T> write(SqlWork<T> work) {
    return writes.submit(work);
  }

  @Override
  public <A, R> CompletableFuture<R> write(GroupWork<A, R> work, A item) {
    return writes.submit(work, item);
  }

  @Override
  public long nextId(Sequence sequence) {
    return ids.next(sequence);
  }

  /** A new connection opens an H2 file that has closed itself; the old ones are of no more use. */
  private void reopen() throws SQLException {
    pool.getHikariPoolMXBean().softEvictConnections();
    idPool.getHikariPoolMXBean().softEvictConnections();
    try (Connection connection = pool.getConnection();
        Statement ask = connection.createStatement()) {
      ask.execute("select count(*) from key_check");
    }
  }

  @Override
  protected void doStop() {
    writes.close();
    reads.shutdown();
    try {
      reads.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ids.close();
    idPool.close();
    pool.close();
  }

  private static ThreadPoolExecutor readers(int count) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor readers =
        new ThreadPoolExecutor(
            count,
            count,
            60,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_READS),
            work -> {
              Thread reader = new Thread(work, "storage-reader-" + number.incrementAndGet());
              reader.setDaemon(true);
              return reader;
            });
    readers.allowCoreThreadTimeOut(true);
    return readers;
  }
}
