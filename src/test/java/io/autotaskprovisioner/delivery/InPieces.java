package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.BulkPiece;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.SqlWork;
import java.time.Instant;
import java.util.function.LongFunction;

/** Runs the pieces of redelivering and discarding one after the other, as a bulk operation does. */
final class InPieces {

  private static final int PIECE = 300;

  private InPieces() {}

  /** Due one after the other at the rate; answers how many. */
  static long redeliver(
      Database database, Deliveries deliveries, DeliveryFilter filter, int ratePerSecond) {
    Instant start = Instant.now();
    long lastId = database.transaction(deliveries::lastId);
    long[] done = {0};
    return all(
        database,
        afterId ->
            connection -> {
              long before = done[0];
              BulkPiece piece =
                  deliveries.redeliverPiece(
                      connection,
                      filter,
                      afterId,
                      lastId,
                      PIECE,
                      i -> start.plusNanos((before + i) * 1_000_000_000L / ratePerSecond));
              done[0] += piece.done();
              return piece;
            },
        deliveries);
  }

  static long discard(Database database, Deliveries deliveries, DeliveryFilter filter) {
    long lastId = database.transaction(deliveries::lastId);
    return all(
        database,
        afterId ->
            connection -> deliveries.discardPiece(connection, filter, afterId, lastId, PIECE),
        deliveries);
  }

  private static long all(
      Database database, LongFunction<SqlWork<BulkPiece>> pieces, Deliveries deliveries) {
    long done = 0;
    long afterId = 0;
    BulkPiece piece;
    do {
      piece = database.transaction(pieces.apply(afterId));
      done += piece.done();
      afterId = piece.position();
    } while (!piece.end());
    deliveries.wake();
    return done;
  }
}
