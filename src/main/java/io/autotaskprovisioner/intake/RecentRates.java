package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.journal.Batch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How fast the requests of batches come to an end: over the last half minute as this process saw
 * it, and over the whole life of a batch that it has not watched for that long or that is over.
 * Thread-safe.
 */
public final class RecentRates {

  /** Our choice. */
  static final Duration WINDOW = Duration.ofSeconds(30);

  private static final int MAX_BATCHES = 1_000;

  private record Sample(Instant at, long ended) {}

  private final Clock clock;
  private final Map<Long, Deque<Sample>> samples =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Deque<Sample>> eldest) {
          return size() > MAX_BATCHES;
        }
      };

  public RecentRates(Clock clock) {
    this.clock = clock;
  }

  /** Ended requests a second; the look counts as a sample for later ones. */
  public synchronized double perSecond(Batch batch) {
    Instant now = clock.instant();
    long ended = batch.succeeded() + batch.failed() + batch.duplicate() + batch.discarded();
    if (batch.finishedAt() != null) {
      samples.remove(batch.id());
      return rate(ended, batch.createdAt(), batch.finishedAt());
    }
    Deque<Sample> seen = samples.computeIfAbsent(batch.id(), id -> new ArrayDeque<>());
    // One sample a second at most, however often somebody asks.
    if (seen.isEmpty() || !now.isBefore(seen.getLast().at().plusSeconds(1))) {
      seen.addLast(new Sample(now, ended));
    }
    // The oldest one kept lies just outside the window, so that the window is full.
    while (seen.size() > 2 && isOutside(seen, now)) {
      seen.removeFirst();
    }
    Sample oldest = seen.getFirst();
    return now.isBefore(oldest.at().plus(WINDOW))
        ? rate(ended, batch.createdAt(), now)
        : rate(ended - oldest.ended(), oldest.at(), now);
  }

  private static boolean isOutside(Deque<Sample> seen, Instant now) {
    Sample second = seen.stream().skip(1).findFirst().orElseThrow();
    return !now.isBefore(second.at().plus(WINDOW));
  }

  private static double rate(long ended, Instant from, Instant to) {
    // Running failed ones again takes ends back.
    return Math.max(0, ended) * 1000.0 / Math.max(1, Duration.between(from, to).toMillis());
  }
}
