package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.storage.BulkPiece;
import io.autotaskprovisioner.storage.PagedQuery.Slice;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The replies that requests of the queue are owed. One becomes due in the transaction that brings
 * its request to its end, and stays so until its sending is noted. Thread-safe; several processes
 * may share them.
 */
public interface Replies {

  /** Takes due replies for this process; at most {@code limit}, the longest due first. */
  List<OwedReply> claim(int limit, Duration lease);

  /** Notes that they were sent; one whose request has come to another end meanwhile stays due. */
  void sent(List<OwedReply> replies);

  /** Lets them go unsent; they are due at once. */
  void release(List<OwedReply> replies);

  /**
   * Notes that a reply was refused: it is due again after the wait, or given up where it was
   * refused so often, until an operator has it sent again.
   *
   * @param reason what the broker said, for people
   * @param limit refusals after which it is given up
   * @return whether it is given up
   */
  boolean refused(OwedReply reply, Duration wait, String reason, int limit);

  /** Replies that were not sent, by the ids of their requests; at a bounded cost. */
  Slice<ReplyEntry> slice(ReplyFilter filter, long afterId, int limit, Duration patience);

  /** How many match the filter, counted up to the limit. */
  long count(ReplyFilter filter, long limit);

  /**
   * Has refused replies sent again: one bounded piece, newest first, on the caller's connection.
   *
   * @param filter whose status is {@code REFUSED}
   * @param due when the first, the second, … is due, counted from 0
   */
  BulkPiece retryPiece(
      Connection connection, ReplyFilter filter, long belowId, int limit, IntFunction<Instant> due)
      throws SQLException;

  /** Gives replies up that were not sent: one bounded piece; what is being sent goes out. */
  BulkPiece discardPiece(Connection connection, ReplyFilter filter, long belowId, int limit)
      throws SQLException;

  /** How many are due and not sent. */
  long waiting();
}
