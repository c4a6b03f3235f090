package io.autotaskprovisioner.account;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Slows the guessing of passwords on this node: every name, whether or not somebody has it, may
 * fail a few times from one network, and somewhat more often from all together; then once in a
 * while. What succeeds counts for nothing.
 *
 * <p>Our choice: nobody is locked out. A stranger who guesses holds back the owner for seconds and
 * not beyond his last try, and from another network hardly at all. Thread-safe.
 */
public final class LoginThrottle {

  private static final int FROM_ONE_NETWORK = 5;
  private static final Duration FROM_ONE_NETWORK_EVERY = Duration.ofSeconds(5);
  private static final int FROM_ALL = 25;
  private static final Duration FROM_ALL_EVERY = Duration.ofSeconds(1);

  /** After this time every bucket is full again, and needs not be remembered. */
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private static final int REMEMBERED_COUNT = 100_000;
  private static final int IPV6_BYTES = 16;
  private static final int IPV6_NETWORK_BYTES = 8;

  private final LoadingCache<String, Bucket> ofName;
  private final LoadingCache<String, Bucket> ofNameAndNetwork;

  public LoginThrottle(Clock clock) {
    TimeMeter meter = meter(clock);
    ofName = buckets(FROM_ALL, FROM_ALL_EVERY, meter);
    ofNameAndNetwork = buckets(FROM_ONE_NETWORK, FROM_ONE_NETWORK_EVERY, meter);
  }

  /**
   * Counts a try before it is made.
   *
   * @param address of the caller, an IP address
   * @return how long to wait where it may not be made now; empty where it may
   */
  public Optional<Duration> enter(String userName, String address) {
    Optional<Duration> wait = taken(ofNameAndNetwork.get(both(userName, address)));
    if (wait.isPresent()) {
      return wait;
    }
    wait = taken(ofName.get(name(userName)));
    if (wait.isPresent()) {
      ofNameAndNetwork.get(both(userName, address)).addTokens(1);
    }
    return wait;
  }

  /** The try succeeded, or was not made after all. */
  public void giveBack(String userName, String address) {
    ofName.get(name(userName)).addTokens(1);
    ofNameAndNetwork.get(both(userName, address)).addTokens(1);
  }

  private static Optional<Duration> taken(Bucket bucket) {
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    return probe.isConsumed()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
  }

  private static String both(String userName, String address) {
    return name(userName) + " " + network(address);
  }

  /**
   * All spellings that the look-up of the account takes for one share a bucket, or each would bring
   * tries of its own. So do long names: memory is bounded by their number alone.
   */
  private static String name(String userName) {
    String name = AccountPasswords.loginName(userName);
    return name.length() > 320 ? "long" : name;
  }

  /** Of IPv6 the first half, which one subscriber has whole. */
  private static String network(String address) {
    try {
      byte[] bytes = InetAddress.getByName(address).getAddress();
      return HexFormat.of()
          .formatHex(bytes.length == IPV6_BYTES ? Arrays.copyOf(bytes, IPV6_NETWORK_BYTES) : bytes);
    } catch (UnknownHostException e) {
      return address;
    }
  }

  private static LoadingCache<String, Bucket> buckets(
      int capacity, Duration every, TimeMeter meter) {
    return Caffeine.newBuilder()
        .expireAfterAccess(REMEMBERED)
        .maximumSize(REMEMBERED_COUNT)
        .build(
            key ->
                Bucket.builder()
                    .addLimit(limit -> limit.capacity(capacity).refillGreedy(1, every))
                    .withCustomTimePrecision(meter)
                    .build());
  }

  private static TimeMeter meter(Clock clock) {
    return new TimeMeter() {
      @Override
      public long currentTimeNanos() {
        return ChronoUnit.NANOS.between(Instant.EPOCH, clock.instant());
      }

      @Override
      public boolean isWallClockBased() {
        return true;
      }
    };
  }
}
