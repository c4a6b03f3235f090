package io.autotaskprovisioner.secret;

/**
 * Seals secrets for storage and makes keyed hashes to find them by. Thread-safe.
 *
 * <p>A sealed value is bound to a context, by convention {@code table.column:id}; it opens only
 * under the same context, so that a value copied to another row is useless there.
 */
public interface KeyRing {

  /** Seals the bytes with the primary key. */
  byte[] seal(byte[] plain, String context);

  /**
   * Opens what {@link #seal} made.
   *
   * @throws IllegalStateException if the bytes were sealed by a key that is not on the ring or
   *     under another context; the message names the context, never the value
   */
  byte[] open(byte[] sealed, String context);

  /**
   * A keyed hash (32 bytes), stable for the life of the data: the same purpose and value give the
   * same hash after key rotation too.
   */
  byte[] hash(String purpose, byte[] value);
}
