package io.autotaskprovisioner.recovery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How many rows of an operation may become due now, and when each of them: one after the other at
 * the rate, at most {@link #AHEAD} of time. So a cancelled operation leaves hardly anything behind
 * that still runs, and one that stood still does not make up for the time.
 *
 * @param ratePerSecond null: all are due at once
 * @param first when the next row is due
 */
record Pace(@Nullable Integer ratePerSecond, Instant first, Instant now) {

  /** Our choice: longer than any process looks away, shorter than a person takes to cancel. */
  static final Duration AHEAD = Duration.ofSeconds(5);

  private static final long NANOS = 1_000_000_000L;

  static Pace of(@Nullable Integer ratePerSecond, @Nullable Instant nextDueAt, Instant now) {
    return new Pace(
        ratePerSecond, nextDueAt == null || nextDueAt.isBefore(now) ? now : nextDueAt, now);
  }

  /** Rows that may be looked at; 0 where the next is too far ahead. */
  int limit(int most) {
    if (ratePerSecond == null) {
      return most;
    }
    Duration room = Duration.between(first, now.plus(AHEAD));
    if (room.isNegative() || room.isZero()) {
      return 0;
    }
    long rows = room.toNanos() * ratePerSecond / NANOS;
    return (int) Math.min(most, Math.max(1, rows));
  }

  /** When the row with this number, from 0, is due. */
  Instant due(int number) {
    return ratePerSecond == null ? now : first.plusNanos(number * NANOS / ratePerSecond);
  }

  /** When the next piece may begin, after so many rows: when its first comes near enough. */
  Instant nextPieceAt(int rows) {
    if (ratePerSecond == null) {
      return now;
    }
    Instant near = due(rows).minus(AHEAD).plus(AHEAD.dividedBy(2));
    return near.isBefore(now) ? now : near;
  }
}
