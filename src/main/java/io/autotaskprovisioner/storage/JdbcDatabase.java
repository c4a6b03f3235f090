package io.autotaskprovisioner.storage;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Database} over a connection pool. Stopping it drains the waiting writes first.
 *
 * <p>What waits for it is bounded: by number here, and in bytes by those who bring it, since an
 * HTTP caller's body counts against the server's memory for bodies until it is answered, and the
 * other doors and the worker wait for one write before they bring the next.
 */
public final class JdbcDatabase extends ServiceSupport implements Database {

  private static final Logger LOG = LoggerFactory.getLogger(JdbcDatabase.class);

  /** Our choice: the shipped {@code http.deadline} less a third, for what follows the wait. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Our choice: who has waited for too long is told with this delay at most. */
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);

  /** Our choice: a second or so of writes at full speed; beyond it callers are told at once. */
  private static final int WAITING_WRITES = 8192;

  private static final int WAITING_READS = 8192;

  private final HikariDataSource pool;
  private final HikariDataSource idPool;
  private final DataSource dataSource;
  private final @Nullable H2Compaction compaction;
  private final Transactions transactions;
  private final GroupCommit writes;
  private final Reads reads;
  private final IdBlocks ids;
  private final Duration patience;
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "storage-patience");
            thread.setDaemon(true);
            return thread;
          });

  private JdbcDatabase(
      StorageSettings settings,
      HikariDataSource pool,
      HikariDataSource idPool,
      MeterRegistry registry,
      Duration patience,
      Consumer<String> onFatal) {
    this.patience = patience;
    this.pool = pool;
    this.idPool = idPool;
    Product product = settings.product();
    Revival revival = new Revival(this::reopen, onFatal, Clock.systemUTC());
    WriteTurns turns = new WriteTurns(product);
    this.dataSource = turns.dataSource(pool);
    this.compaction = product == Product.H2 ? new H2Compaction(pool, turns) : null;
    this.transactions = new Transactions(pool, product, turns, revival);
    this.ids = new IdBlocks(new Transactions(idPool, product, turns, revival), turns);
    this.writes = new GroupCommit(transactions, WAITING_WRITES, registry, System::nanoTime);
    int readers = Math.max(2, settings.poolSize() / 2);
    this.reads =
        new Reads(transactions, readers, WAITING_READS, patience, registry, System::nanoTime);
    if (compaction != null) {
      compaction.start();
    }
    looking.scheduleWithFixedDelay(
        this::refuseLate,
        LOOK_INTERVAL.toMillis(),
        LOOK_INTERVAL.toMillis(),
        TimeUnit.MILLISECONDS);
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
    return open(settings, registry, PATIENCE, onFatal);
  }

  /**
   * @param patience see {@link Database#patience}
   */
  static JdbcDatabase open(
      StorageSettings settings,
      MeterRegistry registry,
      Duration patience,
      Consumer<String> onFatal) {
    Opening opening = new Opening(settings);
    opening.prepareFiles();
    HikariDataSource pool = opening.pool("database", settings.poolSize(), registry);
    try {
      opening.migrate(pool);
      HikariDataSource idPool = opening.pool("database-ids", 1, null);
      return new JdbcDatabase(settings, pool, idPool, registry, patience, onFatal);
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  @Override
  public DataSource dataSource() {
    return dataSource;
  }

  @Override
  public <T> T transaction(SqlWork<T> work) {
    return transactions.run(work);
  }

  @Override
  public <T> T query(SqlWork<T> work) {
    return transactions.read(work);
  }

  @Override
  public <T> CompletableFuture<T> read(SqlWork<T> work) {
    return reads.submit(work).future;
  }

  @Override
  public <T> CompletableFuture<T> write(SqlWork<T> work) {
    return writes.submit(work, QueuedWork.EVER);
  }

  @Override
  public <T> CompletableFuture<T> write(SqlWork<T> work, Duration patience) {
    return writes.submit(work, patience);
  }

  @Override
  public <A, R> CompletableFuture<R> write(
      GroupWork<A, R> work, A item, @Nullable Duration patience) {
    return writes.submit(work, item, patience == null ? QueuedWork.EVER : patience);
  }

  @Override
  public Duration patience() {
    return patience;
  }

  @Override
  public Duration expectedWait() {
    return writes.expected();
  }

  private void refuseLate() {
    try {
      writes.refuseLate();
      reads.refuseLate();
    } catch (RuntimeException e) {
      // Of somebody who was told; the next ones are still to be.
      LOG.warn("Not everybody who waits for the database was told so", e);
    }
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
    reads.close();
    if (compaction != null) {
      compaction.close();
    }
    looking.shutdown();
    ids.close();
    idPool.close();
    pool.close();
  }
}
