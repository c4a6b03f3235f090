package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.autotask.AutotaskException;
import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToIntFunction;

/**
 * Lets a limited number through per subject; the others wait in order. A subject that nobody waits
 * for takes no memory. Thread-safe, never blocks.
 */
final class Turns {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private static final class Lane {
    private int taken;
    private final Queue<CompletableFuture<Turn>> waiting = new ArrayDeque<>();
  }

  /** One turn; closed once, further closes do nothing. */
  final class Turn implements AutoCloseable {

    private final String subject;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Turn(String subject) {
      this.subject = subject;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        giveBack(subject);
      }
    }
  }

  private final ToIntFunction<String> limit;
  private final int maxWaiting;
  // Guarded by this.
  private final Map<String, Lane> lanes = new HashMap<>();

  /**
   * @param limit how many turns of the subject may be taken at this moment; at least 1
   * @param maxWaiting how many may wait per subject
   */
  Turns(ToIntFunction<String> limit, int maxWaiting) {
    this.limit = limit;
    this.maxWaiting = maxWaiting;
  }

  /** Cancelling the future gives the place up. Fails with THROTTLED where too many wait. */
  CompletableFuture<Turn> take(String subject) {
    CompletableFuture<Turn> place = new CompletableFuture<>();
    synchronized (this) {
      Lane lane = lanes.computeIfAbsent(subject, unused -> new Lane());
      if (lane.waiting.isEmpty() && lane.taken < limit.applyAsInt(subject)) {
        lane.taken++;
        return CompletableFuture.completedFuture(new Turn(subject));
      }
      if (lane.waiting.size() >= maxWaiting) {
        return CompletableFuture.failedFuture(
            new AutotaskException(
                Kind.THROTTLED,
                "Too many requests wait for the outcome of the same login; nothing was sent.",
                null,
                RETRY_AFTER));
      }
      lane.waiting.add(place);
    }
    place.whenComplete(
        (turn, failure) -> {
          if (failure != null) {
            leave(subject, place);
          }
        });
    return place;
  }

  /** Lets those through that a limit kept back which has risen since. */
  void limitChanged(String subject) {
    handOut(subject, 0);
  }

  synchronized int lanes() {
    return lanes.size();
  }

  private void giveBack(String subject) {
    handOut(subject, 1);
  }

  private void handOut(String subject, int returned) {
    int free = returned;
    List<CompletableFuture<Turn>> next = new ArrayList<>();
    do {
      next.clear();
      synchronized (this) {
        Lane lane = lanes.get(subject);
        if (lane == null) {
          return;
        }
        lane.taken -= free;
        int allowed = limit.applyAsInt(subject);
        while (!lane.waiting.isEmpty() && lane.taken < allowed) {
          lane.taken++;
          next.add(lane.waiting.remove());
        }
        dropIfIdle(subject, lane);
      }
      free = 0;
      // Outside the lock, since dependants run here. A place that was given up returns its turn.
      for (CompletableFuture<Turn> place : next) {
        if (!place.complete(new Turn(subject))) {
          free++;
        }
      }
    } while (free > 0);
  }

  private synchronized void leave(String subject, CompletableFuture<Turn> place) {
    Lane lane = lanes.get(subject);
    if (lane != null) {
      lane.waiting.remove(place);
      dropIfIdle(subject, lane);
    }
  }

  private void dropIfIdle(String subject, Lane lane) {
    if (lane.taken == 0 && lane.waiting.isEmpty()) {
      lanes.remove(subject);
    }
  }
}
