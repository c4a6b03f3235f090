package io.autotaskprovisioner.storage;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The database behind everything that must survive. Thread-safe. None of its methods may be called
 * on an event loop except {@link #write} and {@link #read}, which return at once.
 */
public interface Database {

  /**
   * The pooled data source, for Camel components that bring their own SQL. Whoever holds one of its
   * connections may keep all others from writing, and closes it on the thread that opened it.
   */
  DataSource dataSource();

  /**
   * Runs the work in a transaction of its own on the calling thread.
   *
   * @throws StorageException if the database refused or was not reachable; nothing was committed,
   *     unless {@link StorageException#outcomeUnknown()}
   */
  <T> T transaction(SqlWork<T> work);

  /**
   * Like {@link #transaction}, for work that only reads, locks included: it waits for nobody who
   * writes, and keeps nobody from it.
   */
  <T> T query(SqlWork<T> work);

  /**
   * Like {@link #query}, on a bounded pool of database threads: whoever has waited for {@link
   * #patience} is answered with an exception that says {@link StorageException#retryAfter}, while
   * the work may still be under way.
   */
  <T> CompletableFuture<T> read(SqlWork<T> work);

  /**
   * Group commit: the writes that wait at this moment share one transaction. If that fails each is
   * tried alone, so one bad write harms no other; the work may therefore run more than once, and
   * must be correct when what a lost commit left behind is already there.
   *
   * @return completes after the commit with what the work answered, or exceptionally with a {@link
   *     StorageException}; completion happens on a database thread, which dependants must not block
   */
  <T> CompletableFuture<T> write(SqlWork<T> work);

  /**
   * Like {@link #write(SqlWork)}, for a caller who waits for so long and no longer. Where the write
   * would take longer than that, as the latest ones tell, or has not begun by then, it is refused
   * with {@link StorageException#retryAfter}, and is never begun after that.
   *
   * <p>Not for what may have taken place already, such as a second try after an unknown outcome.
   */
  <T> CompletableFuture<T> write(SqlWork<T> work, Duration patience);

  /**
   * Like {@link #write(SqlWork, Duration)}; those of a group that bring the same work have it done
   * for all of them in one call.
   *
   * @param work the same object in every call, or nothing is done together
   * @param patience null for a caller who waits for as long as it takes
   */
  <A, R> CompletableFuture<R> write(GroupWork<A, R> work, A item, @Nullable Duration patience);

  /** How long a caller without a time of its own waits: well below an HTTP caller's deadline. */
  Duration patience();

  /**
   * When a write that came now would be committed, as the latest ones tell. For doors that would
   * rather refuse at once than work in vain. Costs nothing.
   */
  Duration expectedWait();

  /** The next id of the sequence, taken from a block; ids rise but have gaps. */
  long nextId(Sequence sequence);
}
