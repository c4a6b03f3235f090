package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.delivery.Claim.Claimed;

/**
 * A claimed delivery with the body that is sent for it. Not a record: its body may hold a token,
 * which no {@code toString} may show.
 */
final class Post {

  /** How long a process may believe in its claim, by its own stopwatch. */
  static final class Lease {
    private final long id;
    private final long nanos;
    private volatile long deadline;

    /**
     * @param startNanos {@link System#nanoTime()} from before the claim, so that the belief ends
     *     before the lease does
     */
    Lease(long id, long nanos, long startNanos) {
      this.id = id;
      this.nanos = nanos;
      this.deadline = startNanos + nanos;
    }

    long id() {
      return id;
    }

    void renewed(long startNanos) {
      deadline = startNanos + nanos;
    }

    boolean over() {
      return System.nanoTime() - deadline >= 0;
    }
  }

  private final Claimed delivery;
  private final Lease lease;
  private final byte[] body;

  Post(Claimed delivery, Lease lease, byte[] body) {
    this.delivery = delivery;
    this.lease = lease;
    this.body = body;
  }

  Claimed delivery() {
    return delivery;
  }

  /** Whether somebody else may hold the delivery by now. */
  boolean leaseOver() {
    return lease.over();
  }

  byte[] body() {
    return body;
  }
}
