package io.autotaskprovisioner.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the file of H2 small. Every commit is a chunk of its own in it, whose space is used again
 * only when nothing in it lives any more; H2 puts together what is left of old chunks on a thread
 * that it has only where commits are written late, and so not here. By itself a table of 36 MB that
 * is updated at random makes a file of 840 MB within a minute. Thread-safe.
 */
final class H2Compaction {

  private static final Logger LOG = LoggerFactory.getLogger(H2Compaction.class);

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Our choice: percent of the file's chunks that is alive, below which it is put together. */
  private static final int FILL_RATE = 50;

  /** Our choice: what is written anew at a time, a quarter of a second or so. Bytes. */
  private static final int PIECE = 8 << 20;

  private final DataSource pool;
  private final WriteTurns turns;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "storage-compaction");
            thread.setDaemon(true);
            return thread;
          });

  H2Compaction(DataSource pool, WriteTurns turns) {
    this.pool = pool;
    this.turns = turns;
  }

  void start() {
    executor.scheduleWithFixedDelay(
        this::compact, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void compact() {
    turns.take();
    try (Connection connection = pool.getConnection()) {
      MVStore store =
          ((SessionLocal) connection.unwrap(JdbcConnection.class).getSession())
              .getDatabase()
              .getStore()
              .getMvStore();
      if (store.compact(FILL_RATE, PIECE)) {
        store.commit();
      }
    } catch (SQLException | RuntimeException e) {
      // Whoever writes meets with it as well, and says so.
      LOG.debug("The file is not put together now", e);
    } finally {
      turns.giveBack();
    }
  }

  /** Waits 10 s at most for what is under way: an interrupt would close the file. */
  void close() {
    executor.shutdown();
    try {
      executor.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
