package io.autotaskprovisioner.provisioning;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;

/**
 * What this process knows of integration codes: whether a login was accepted with one, and how many
 * were rejected. Bounded, thread-safe.
 */
final class CodeTrust {

  private static final int MAX_CODES = 10_000;

  /** How often other processes are told that a code is good. */
  private static final Duration PROOF_INTERVAL = Duration.ofMinutes(1);

  private final Cache<String, Instant> provenAndTold = cache();
  private final Cache<String, Integer> rejectedLogins = cache();

  boolean isProven(String code) {
    return provenAndTold.getIfPresent(code) != null;
  }

  /**
   * How many different logins may be out with the code at once: while nothing was accepted with it,
   * no more than make it the suspect, so that a wrong code costs no more logins a failed try.
   */
  int limit(String code) {
    if (isProven(code)) {
      return Integer.MAX_VALUE;
    }
    Integer rejected = rejectedLogins.getIfPresent(code);
    return Math.max(1, LoginGuardTable.SUSPICIOUS_LOGINS - (rejected == null ? 0 : rejected));
  }

  void rejected(String code, int logins) {
    rejectedLogins.put(code, logins);
  }

  /** A login was accepted with the code; answers whether the table should be told. */
  boolean accepted(String code, Instant now) {
    Instant told = provenAndTold.getIfPresent(code);
    if (told != null && now.isBefore(told.plus(PROOF_INTERVAL))) {
      return false;
    }
    provenAndTold.put(code, now);
    rejectedLogins.invalidate(code);
    return true;
  }

  void resumed(String code) {
    rejectedLogins.invalidate(code);
  }

  private static <V> Cache<String, V> cache() {
    return Caffeine.newBuilder().maximumSize(MAX_CODES).build();
  }
}
