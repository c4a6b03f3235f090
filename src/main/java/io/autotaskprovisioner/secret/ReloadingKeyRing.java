package io.autotaskprovisioner.secret;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ring as it is in its store now: a key that was added, another one that seals, a key that was
 * taken away are noticed without a restart. Before it seals it looks whether the store changed
 * unless it did so moments ago, so that a process that was stalled does not go on with a key that
 * was removed meanwhile; and where it cannot open something it looks before it gives up. Of what
 * cannot be read, or is another ring, it says so once and keeps the one it has. Thread-safe.
 */
final class ReloadingKeyRing implements KeyRing {

  /** Our choice: between two looks at the store while it seals. */
  static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(ReloadingKeyRing.class);

  private final KeyRingStore store;
  private final LongSupplier nanoTime;
  private volatile TinkKeyRing ring;
  private volatile long lookedAt;
  private Object stamp;

  /**
   * @param ring what was read from the store and proven against the database
   * @param stamp the store's, from before that
   */
  ReloadingKeyRing(KeyRingStore store, TinkKeyRing ring, Object stamp, LongSupplier nanoTime) {
    this.store = store;
    this.ring = ring;
    this.stamp = stamp;
    this.nanoTime = nanoTime;
    this.lookedAt = nanoTime.getAsLong();
  }

  @Override
  public byte[] seal(byte[] plain, String context) {
    return current().seal(plain, context);
  }

  @Override
  public byte[] open(byte[] sealed, String context) {
    TinkKeyRing known = ring;
    try {
      return known.open(sealed, context);
    } catch (IllegalStateException e) {
      TinkKeyRing now = look();
      if (now == known) {
        throw e;
      }
      return now.open(sealed, context);
    }
  }

  @Override
  public byte[] hash(String purpose, byte[] value) {
    return ring.hash(purpose, value);
  }

  KeyRingStore store() {
    return store;
  }

  /**
   * The ring, read anew if the store changed since the last look, which was moments ago at most.
   */
  TinkKeyRing current() {
    return nanoTime.getAsLong() - lookedAt > LOOK_EVERY.toNanos() ? look() : ring;
  }

  /** The ring, read anew if the store changed. */
  synchronized TinkKeyRing look() {
    Object found = store.stamp();
    if (!found.equals(stamp)) {
      stamp = found;
      ring = read();
    }
    lookedAt = nanoTime.getAsLong();
    return ring;
  }

  private TinkKeyRing read() {
    TinkKeyRing known = ring;
    try {
      TinkKeyRing found = store.read().orElse(null);
      if (found == null) {
        LOG.error("{} is gone; this process goes on with the ring it has read", store.place());
        return known;
      }
      if (!found.isOfSameLineageAs(known)) {
        LOG.error(
            "{} is another key ring than that of the data; this process goes on with the ring it has read",
            store.place());
        return known;
      }
      List<Long> before = known.keyIds();
      if (!before.equals(found.keyIds()) || known.primaryId() != found.primaryId()) {
        LOG.info(
            "Read the key ring anew: keys {}, key {} seals", found.keyIds(), found.primaryId());
      }
      return found;
    } catch (RuntimeException e) {
      LOG.error("{} This process goes on with the ring it has read", e.getMessage());
      return known;
    }
  }
}
