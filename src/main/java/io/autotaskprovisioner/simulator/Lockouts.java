package io.autotaskprovisioner.simulator;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rejected secrets in a row per user, and who is locked. The 200,000 users seen last are
 * remembered. Thread-safe: parallel failures are all counted.
 */
final class Lockouts {

  private record Count(int failures, @Nullable Instant lockedAt) {}

  private final Cache<String, Count> counts = Caffeine.newBuilder().maximumSize(200_000).build();
  private final Supplier<Instant> now;

  Lockouts(Supplier<Instant> now) {
    this.now = now;
  }

  boolean isLocked(String login, int unlockAfterSeconds) {
    Count count = counts.getIfPresent(Users.key(login));
    if (count == null || count.lockedAt() == null) {
      return false;
    }
    Instant opens = count.lockedAt().plus(Duration.ofSeconds(unlockAfterSeconds));
    if (unlockAfterSeconds > 0 && !now.get().isBefore(opens)) {
      counts.asMap().remove(Users.key(login), count);
      return false;
    }
    return true;
  }

  void rejected(String login, int lockoutAfter) {
    counts
        .asMap()
        .compute(
            Users.key(login),
            (key, old) -> {
              if (old != null && old.lockedAt() != null) {
                return old;
              }
              int failures = old == null ? 1 : old.failures() + 1;
              boolean locks = lockoutAfter > 0 && failures >= lockoutAfter;
              return new Count(failures, locks ? now.get() : null);
            });
  }

  /** A right secret starts the count again; it opens no lock. */
  void accepted(String login) {
    counts
        .asMap()
        .computeIfPresent(Users.key(login), (key, old) -> old.lockedAt() == null ? null : old);
  }

  int failures(String login) {
    Count count = counts.getIfPresent(Users.key(login));
    return count == null ? 0 : count.failures();
  }

  void lock(String login) {
    counts.put(Users.key(login), new Count(failures(login), now.get()));
  }

  void unlock(String login) {
    counts.invalidate(Users.key(login));
  }

  void reset() {
    counts.invalidateAll();
  }
}
