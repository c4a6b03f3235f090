package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.delivery.Claim.Completion;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The leases that one loop holds, each until its last delivery is written. Not thread-safe. */
final class Leases {

  private static final class Open {
    private final Post.Lease lease;
    private int deliveries;

    private Open(Post.Lease lease, int deliveries) {
      this.lease = lease;
      this.deliveries = deliveries;
    }
  }

  private final Map<Long, Open> open = new HashMap<>();
  private final long leaseNanos;
  private long renewAt;

  Leases(Duration lease) {
    this.leaseNanos = lease.toNanos();
  }

  Post.Lease add(Claim claim, long startNanos) {
    Post.Lease lease = new Post.Lease(claim.leaseId(), leaseNanos, startNanos);
    if (open.isEmpty()) {
      renewAt = startNanos + leaseNanos / 3;
    }
    open.put(lease.id(), new Open(lease, claim.deliveries().size()));
    return lease;
  }

  void written(List<Completion> completions) {
    for (Completion completion : completions) {
      open.computeIfPresent(
          completion.delivery().leaseId(), (id, held) -> --held.deliveries > 0 ? held : null);
    }
  }

  boolean renewalDue(long nanos) {
    return !open.isEmpty() && nanos - renewAt >= 0;
  }

  Set<Long> ids() {
    return Set.copyOf(open.keySet());
  }

  void renewed(long startNanos) {
    open.values().forEach(held -> held.lease.renewed(startNanos));
    renewAt = startNanos + leaseNanos / 3;
  }
}
