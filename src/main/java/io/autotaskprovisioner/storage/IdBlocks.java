package io.autotaskprovisioner.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ids from sequences, a block for each look-up: the sequence's increment is the block size, so
 * blocks of several processes never overlap. Lock-free until a block is used up. Thread-safe.
 */
final class IdBlocks {

  /**
   * One block; {@code next} may run past the end.
   *
   * @param end the first id that is not in the block
   */
  private record Block(AtomicLong next, long end) {}

  private final Map<Sequence, AtomicReference<Block>> blocks = new EnumMap<>(Sequence.class);
  private final Transactions transactions;

  /**
   * @param transactions over a connection that nobody else uses: an id is also asked for inside
   *     transactions, when the pool may be exhausted by others that wait for an id
   */
  IdBlocks(Transactions transactions) {
    this.transactions = transactions;
    for (Sequence sequence : Sequence.values()) {
      blocks.put(sequence, new AtomicReference<>(new Block(new AtomicLong(), 0)));
    }
  }

  long next(Sequence sequence) {
    AtomicReference<Block> current = blocks.get(sequence);
    while (true) {
      Block block = current.get();
      long id = block.next.getAndIncrement();
      if (id < block.end) {
        return id;
      }
      refill(sequence, current, block);
    }
  }

  private synchronized void refill(
      Sequence sequence, AtomicReference<Block> current, Block usedUp) {
    if (current.get() == usedUp) {
      long first =
          transactions.run(
              connection -> {
                String sql = "select nextval('%s')".formatted(sequence.sqlName());
                try (PreparedStatement select = connection.prepareStatement(sql);
                    ResultSet row = select.executeQuery()) {
                  row.next();
                  return row.getLong(1);
                }
              });
      current.set(new Block(new AtomicLong(first), first + sequence.blockSize()));
    }
  }
}
