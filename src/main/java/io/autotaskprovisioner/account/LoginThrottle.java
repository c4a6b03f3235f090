package io.autotaskprovisioner.account;

import java.time.Clock;
import java.time.Duration;
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

  private final Buckets ofName;
  private final Buckets ofNameAndNetwork;

  public LoginThrottle(Clock clock) {
    ofName = new Buckets(FROM_ALL, FROM_ALL_EVERY, clock);
    ofNameAndNetwork = new Buckets(FROM_ONE_NETWORK, FROM_ONE_NETWORK_EVERY, clock);
  }

  /**
   * Counts a try before it is made.
   *
   * @param address of the caller, an IP address
   * @return how long to wait where it may not be made now; empty where it may
   */
  public Optional<Duration> enter(String userName, String address) {
    Optional<Duration> wait = ofNameAndNetwork.take(both(userName, address));
    if (wait.isPresent()) {
      return wait;
    }
    wait = ofName.take(name(userName));
    if (wait.isPresent()) {
      ofNameAndNetwork.giveBack(both(userName, address));
    }
    return wait;
  }

  /** The try succeeded, or was not made after all. */
  public void giveBack(String userName, String address) {
    ofName.giveBack(name(userName));
    ofNameAndNetwork.giveBack(both(userName, address));
  }

  private static String both(String userName, String address) {
    return name(userName) + " " + Network.of(address);
  }

  /**
   * All spellings that the look-up of the account takes for one share a bucket, or each would bring
   * tries of its own. So do long names: memory is bounded by their number alone.
   */
  private static String name(String userName) {
    String name = AccountPasswords.loginName(userName);
    return name.length() > 320 ? "long" : name;
  }
}
