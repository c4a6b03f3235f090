package io.autotaskprovisioner.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ids from sequences, a block for each look-up: the sequence's increment is the block size, so
 * blocks of several processes never overlap. Half-way through a block the next one is fetched on a
 * thread of its own, so that callers, event loops among them, wait for the database only when that
 * thread could not reach it. Thread-safe.
 */
final class IdBlocks {

  private static final Logger LOG = LoggerFactory.getLogger(IdBlocks.class);

  /**
   * One block; {@code next} may run past the end.
   *
   * @param half the id at which the next block is fetched
   * @param end the first id that is not in the block
   */
  private record Block(AtomicLong next, long half, long end) {

    static Block of(long first, int size) {
      return new Block(new AtomicLong(first), first + size / 2, first + size);
    }
  }

  /** The block in use and, from half-way on, the one after it. */
  private static final class Supply {
    private final AtomicReference<Block> current = new AtomicReference<>(Block.of(0, 0));
    private final AtomicReference<@Nullable Block> spare = new AtomicReference<>();
  }

  private final Map<Sequence, Supply> supplies = new EnumMap<>(Sequence.class);
  private final Transactions transactions;
  private final WriteTurns turns;
  private final ExecutorService fetching =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "storage-ids");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param transactions over a connection that nobody else uses: an id is also asked for inside
   *     transactions, when the pool may be exhausted by others that wait for an id
   */
  IdBlocks(Transactions transactions, WriteTurns turns) {
    this.transactions = transactions;
    this.turns = turns;
    for (Sequence sequence : Sequence.values()) {
      supplies.put(sequence, new Supply());
    }
  }

  long next(Sequence sequence) {
    Supply supply = supplies.get(sequence);
    while (true) {
      Block block = supply.current.get();
      long id = block.next.getAndIncrement();
      if (id == block.half && id < block.end) {
        fetchAhead(sequence, supply);
      }
      if (id < block.end) {
        return id;
      }
      replace(sequence, supply, block);
    }
  }

  /** Fetches nothing more; what is in the blocks is still given out. */
  void close() {
    fetching.shutdown();
  }

  private void fetchAhead(Sequence sequence, Supply supply) {
    try {
      fetching.execute(
          () -> {
            try {
              supply.spare.set(fetch(sequence));
            } catch (RuntimeException e) {
              LOG.debug("No ids ahead for {}: {}", sequence, e.getMessage());
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("No ids ahead for {}, since the database is being closed", sequence);
    }
  }

  /** The turn comes first: whoever has it may ask for an id, and must not wait for one without. */
  private void replace(Sequence sequence, Supply supply, Block usedUp) {
    turns.take();
    try {
      synchronized (this) {
        if (supply.current.get() == usedUp) {
          Block spare = supply.spare.getAndSet(null);
          supply.current.set(spare == null ? fetch(sequence) : spare);
        }
      }
    } finally {
      turns.giveBack();
    }
  }

  private Block fetch(Sequence sequence) {
    return transactions.run(
        connection -> {
          String sql = "select nextval('%s')".formatted(sequence.sqlName());
          try (PreparedStatement select = connection.prepareStatement(sql);
              ResultSet row = select.executeQuery()) {
            row.next();
            return Block.of(row.getLong(1), sequence.blockSize());
          }
        });
  }
}
