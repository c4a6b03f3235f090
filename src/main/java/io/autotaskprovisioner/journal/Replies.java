package io.autotaskprovisioner.journal;

import java.time.Duration;
import java.util.List;

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

  /**
   * Lets them go unsent.
   *
   * @param wait until they are due again
   * @param failed whether this counts as a failed sending
   */
  void release(List<OwedReply> replies, Duration wait, boolean failed);

  /** How many are due and not sent. */
  long waiting();
}
