package io.autotaskprovisioner.recovery;

import io.autotaskprovisioner.storage.BulkPiece;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.function.IntFunction;

/** What a bulk operation does, as a piece of it sees it. */
interface BulkWork {

  /** Where a bulk operation begins, and where it ends: what comes later is left alone. */
  record Span(long position, long lastId) {}

  Span span(Connection connection) throws SQLException;

  /**
   * Works on one bounded piece.
   *
   * @param span with the position at which the piece begins
   * @param limit rows that are looked at, at most
   * @param due when the first, the second, … that is to run is due, counted from 0
   */
  BulkPiece piece(Connection connection, Span span, int limit, IntFunction<Instant> due)
      throws SQLException;

  /** How many rows match now, counted up to the limit. */
  long count(long limit);

  /** Tells whoever works on such rows that some may be due. */
  void wake();
}
