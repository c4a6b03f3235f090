package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.delivery.Claim.Claimed;
import io.autotaskprovisioner.delivery.Claim.Completion;
import io.autotaskprovisioner.delivery.DeliveryOutcome.Released;
import io.autotaskprovisioner.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends what is due to one destination: claims on a thread of its own, posts on an event loop,
 * writes the outcomes of many posts in one transaction. Nothing is shared with other destinations,
 * so that none waits for another. The thread is never interrupted, since an interrupt inside JDBC
 * can close an H2 database for everybody.
 */
final class DestinationLoop {

  private static final int CLAIM_LIMIT = 500;

  /** Below this many unsent posts more are claimed, while the rest keeps the receiver busy. */
  private static final int LOW_WATER = 250;

  private static final long FIRST_BACK_OFF = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LONGEST_BACK_OFF = TimeUnit.SECONDS.toNanos(30);
  private static final long MEASURE_INTERVAL = TimeUnit.SECONDS.toNanos(10);

  private final String name;
  private final DeliveryTable table;
  private final CompletionTable completions;
  private final DeliveryDepth depth;
  private final DeliveryMeters meters;
  private final PostPreparation preparation;
  private final RetrySchedule schedule;
  private final PostQueue posts;
  private final Leases leases;
  private final DestinationNotices notices;
  private final long pollNanos;
  private final long expiryNanos;
  private final long drainNanos;
  private final Thread thread;

  private final Queue<Completion> ended = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean claimWanted = new AtomicBoolean();
  private volatile boolean stopping;

  // The loop's thread only.
  private final List<Completion> unwritten = new ArrayList<>();
  private boolean more;
  private long pollAt = System.nanoTime();
  private long expiryAt = pollAt;
  private long measureAt = pollAt;

  /** What a loop works with; made once for all loops. */
  record Parts(
      DeliveryTable table,
      CompletionTable completions,
      DeliveryDepth depth,
      RetrySchedule schedule,
      Duration pollInterval,
      Duration lease) {}

  DestinationLoop(
      Destination destination,
      Parts parts,
      DeliveryMeters meters,
      PostPreparation preparation,
      PostQueue.Maker queue) {
    this.name = destination.name();
    this.table = parts.table();
    this.completions = parts.completions();
    this.depth = parts.depth();
    this.schedule = parts.schedule();
    this.meters = meters;
    this.preparation = preparation;
    this.posts = queue.make(this::answered, this::unsent);
    this.leases = new Leases(parts.lease());
    this.notices = new DestinationNotices(name);
    this.pollNanos = parts.pollInterval().toNanos();
    this.expiryNanos = parts.lease().toNanos() / 3;
    this.drainNanos = destination.timeout().plusSeconds(1).toNanos();
    this.thread = new Thread(this::run, "delivery-" + name);
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Looks for due deliveries at once; returns at once. */
  void wake() {
    if (!claimWanted.getAndSet(true)) {
      LockSupport.unpark(thread);
    }
  }

  /** Claims nothing any more; posts under way go on and are written. Returns at once. */
  void requestStop() {
    stopping = true;
    LockSupport.unpark(thread);
  }

  /** Waits until posts under way have ended or their timeout has passed. */
  void awaitStop() throws InterruptedException {
    thread.join(TimeUnit.NANOSECONDS.toMillis(drainNanos) + 1000);
  }

  private void run() {
    long backOff = FIRST_BACK_OFF;
    while (!stopping) {
      try {
        if (!turn()) {
          pause(pollNanos, false);
        }
        notices.outageOver();
        backOff = FIRST_BACK_OFF;
      } catch (RuntimeException | Error e) {
        // An Error too: a thread that ends silently would leave the destination dead till restart.
        notices.outage(e);
        pause(backOff, true);
        backOff = Math.min(2 * backOff, LONGEST_BACK_OFF);
      }
    }
    drain();
  }

  /** Does what is due; false where there was nothing. */
  private boolean turn() {
    boolean worked = writeEnded();
    long now = System.nanoTime();
    renewLeases(now);
    if (now - expiryAt >= 0) {
      more |= table.releaseExpired(name, CLAIM_LIMIT) > 0;
      expiryAt = now + expiryNanos;
    }
    more |= claimWanted.getAndSet(false) || now - pollAt >= 0;
    if (more && posts.waiting() < LOW_WATER) {
      worked |= claim(now);
    }
    if (now - measureAt >= 0) {
      meters.measured(depth.measure(name));
      measureAt = System.nanoTime() + MEASURE_INTERVAL;
    }
    return worked;
  }

  private void renewLeases(long now) {
    if (leases.renewalDue(now)) {
      table.renew(name, leases.ids());
      leases.renewed(now);
    }
  }

  private boolean claim(long now) {
    Claim claim = table.claim(name, CLAIM_LIMIT);
    pollAt = now + pollNanos;
    more = claim.deliveries().size() + claim.exhausted() == CLAIM_LIMIT;
    if (claim.destinationDisabled()) {
      posts.handBackWaiting();
      return claim.exhausted() > 0;
    }
    if (!claim.deliveries().isEmpty()) {
      send(claim, leases.add(claim, now));
    }
    return !claim.deliveries().isEmpty();
  }

  private void send(Claim claim, Post.Lease lease) {
    PostPreparation.Batch batch = preparation.batch();
    List<Post> prepared = new ArrayList<>(claim.deliveries().size());
    StorageException outage = null;
    for (Claimed delivery : claim.deliveries()) {
      try {
        if (outage == null) {
          prepared.add(new Post(delivery, lease, batch.body(delivery.event())));
          continue;
        }
      } catch (StorageException e) {
        outage = e;
      } catch (RuntimeException e) {
        PostAnswer answer =
            PostAnswer.failed(
                "The post cannot be made (%s)".formatted(e.getClass().getSimpleName()));
        end(delivery, schedule.outcome(answer, delivery.attempts()));
        continue;
      }
      end(delivery, new Released());
    }
    posts.add(prepared);
    if (outage != null) {
      throw outage;
    }
  }

  private void answered(Post post, PostAnswer answer) {
    end(post.delivery(), schedule.outcome(answer, post.delivery().attempts()));
  }

  private void unsent(Post post) {
    end(post.delivery(), new Released());
  }

  private void end(Claimed delivery, DeliveryOutcome outcome) {
    ended.add(new Completion(delivery, outcome));
    LockSupport.unpark(thread);
  }

  /** What cannot be written stays for the next turn; no more is claimed meanwhile. */
  private boolean writeEnded() {
    Completion completion;
    while ((completion = ended.poll()) != null) {
      unwritten.add(completion);
    }
    if (unwritten.isEmpty()) {
      return false;
    }
    CompletionTable.Written written = completions.complete(name, unwritten);
    leases.written(unwritten);
    unwritten.forEach(
        done -> {
          if (!(done.outcome() instanceof Released)) {
            meters.attempt(done.outcome());
          }
        });
    notices.written(unwritten, written.disabled());
    boolean gone =
        unwritten.stream().anyMatch(done -> done.outcome() instanceof DeliveryOutcome.Gone);
    unwritten.clear();
    if (gone) {
      posts.handBackWaiting();
      more = true;
    }
    return true;
  }

  /**
   * @param deaf whether work does not end the pause, as when the database is away
   */
  private void pause(long nanos, boolean deaf) {
    long end = System.nanoTime() + nanos;
    long left;
    while (!stopping
        && (deaf || (ended.isEmpty() && !claimWanted.get()))
        && (left = end - System.nanoTime()) > 0) {
      LockSupport.parkNanos(left);
    }
  }

  private void drain() {
    posts.handBackWaiting();
    long end = System.nanoTime() + drainNanos;
    try {
      while (!posts.isEmpty() && end - System.nanoTime() > 0) {
        writeEnded();
        renewLeases(System.nanoTime());
        if (ended.isEmpty()) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
      }
      writeEnded();
    } catch (RuntimeException e) {
      notices.undrained(unwritten.size(), e);
    }
  }
}
