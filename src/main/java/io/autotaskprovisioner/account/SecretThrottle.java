package io.autotaskprovisioner.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slows the guessing of User and Organization secrets and of element tokens, on this node. A
 * look-up that finds nothing costs a token of the network it came from and one of what it built
 * upon; where one of them has none left, secrets are refused without a look-up, right ones too, or
 * a guesser would learn from it.
 *
 * <p>Our choice: who was let in before is never held up, whatever else comes from his network, and
 * the same wrong secrets again are no new guess: a client with an old secret harms neither itself
 * nor its neighbours. Only somebody new behind the address of a guesser waits, for five minutes at
 * most after the last guess. What is paid is paid afterwards, so that any number of callers may
 * come at once after a start.
 *
 * <p>Asks the database nothing. Remembers salted hashes only, of a bounded number. Thread-safe.
 */
public final class SecretThrottle {

  private static final Logger LOG = LoggerFactory.getLogger(SecretThrottle.class);

  static final int FROM_ONE_NETWORK = 20;
  static final int OF_ONE_USER = 50;
  static final Duration EVERY = Duration.ofSeconds(1);

  /** What came at the same moment may cost more than there was; five minutes pay for it. */
  static final int MOST_DEBT = 300;

  private static final int REMEMBERED = 50_000;
  private static final Duration REMEMBERED_RIGHT = Duration.ofHours(24);
  private static final Duration REMEMBERED_WRONG = Duration.ofHours(1);
  private static final Duration BETWEEN_NOTICES = Duration.ofMinutes(10);

  private final Buckets ofNetwork;
  private final Buckets ofSubject;
  private final Cache<String, Boolean> right;
  private final Cache<String, Boolean> wrong;
  private final Cache<String, Boolean> noticed;
  private final byte[] salt = new byte[32];

  public SecretThrottle(Clock clock) {
    this.ofNetwork = new Buckets(FROM_ONE_NETWORK, MOST_DEBT, EVERY, clock);
    this.ofSubject = new Buckets(OF_ONE_USER, MOST_DEBT, EVERY, clock);
    this.right =
        Caffeine.newBuilder().expireAfterAccess(REMEMBERED_RIGHT).maximumSize(REMEMBERED).build();
    this.wrong =
        Caffeine.newBuilder().expireAfterWrite(REMEMBERED_WRONG).maximumSize(REMEMBERED).build();
    this.noticed =
        Caffeine.newBuilder().expireAfterWrite(BETWEEN_NOTICES).maximumSize(1_000).build();
    new SecureRandom().nextBytes(salt);
  }

  /**
   * Looks up a pair of secrets: guesses at the second half of one first half are slowed from
   * wherever they come.
   *
   * @param address of the caller, an IP address
   * @param lookUp what is asked where it may be; empty where the secrets are wrong
   * @return what it answered
   * @throws TooManyGuessesException where it was not asked
   */
  public <T> CompletableFuture<Optional<T>> ofCaller(
      CallerSecrets secrets, String address, Supplier<CompletableFuture<Optional<T>>> lookUp) {
    return lookUp(
        digest("caller", secrets.user(), secrets.organization()),
        address,
        () -> digest("user", secrets.user()),
        lookUp);
  }

  /** The same for a User secret alone, which is then shown with a token. */
  public <T> CompletableFuture<Optional<T>> ofUser(
      String userSecret, String address, Supplier<CompletableFuture<Optional<T>>> lookUp) {
    String digest = digest("user", userSecret);
    return lookUp(digest, address, () -> digest, lookUp);
  }

  /**
   * The same for a token that is shown with a right User secret. Guesses are counted by both
   * together, so that a stranger who has the User secret does not hold up the tokens of its owner.
   */
  public <T> CompletableFuture<Optional<T>> ofToken(
      String userSecret,
      String token,
      String address,
      Supplier<CompletableFuture<Optional<T>>> lookUp) {
    return lookUp(
        digest("token", userSecret, token),
        address,
        () -> digest("tokens", userSecret, Network.of(address)),
        lookUp);
  }

  private <T> CompletableFuture<Optional<T>> lookUp(
      String guess,
      String address,
      Supplier<String> subject,
      Supplier<CompletableFuture<Optional<T>>> lookUp) {
    if (right.getIfPresent(guess) == null && wrong.getIfPresent(guess) == null) {
      requireTokens(address, subject.get());
    }
    return lookUp
        .get()
        .thenApply(
            found -> {
              if (found.isPresent()) {
                right.put(guess, true);
                wrong.invalidate(guess);
              } else {
                right.invalidate(guess);
                pay(guess, Network.of(address), subject.get());
              }
              return found;
            });
  }

  private void requireTokens(String address, String subject) {
    String network = Network.of(address);
    Optional<Duration> wait = ofNetwork.untilToken(network).or(() -> ofSubject.untilToken(subject));
    if (wait.isPresent()) {
      if (noticed.asMap().putIfAbsent(network, true) == null) {
        LOG.warn(
            "Too many wrong secrets come from {}: whoever is new there waits for a while", address);
      }
      throw new TooManyGuessesException(wait.get());
    }
  }

  private void pay(String guess, String network, String subject) {
    if (wrong.asMap().putIfAbsent(guess, true) == null) {
      ofNetwork.owe(network);
      ofSubject.owe(subject);
    }
  }

  /** Each part with its length before it, so that no two lists of parts are the same text. */
  private String digest(String kind, String... parts) {
    MessageDigest digest = sha256();
    digest.update(salt);
    update(digest, kind);
    for (String part : parts) {
      update(digest, part);
    }
    return Base64.getEncoder().encodeToString(digest.digest());
  }

  private static void update(MessageDigest digest, String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
