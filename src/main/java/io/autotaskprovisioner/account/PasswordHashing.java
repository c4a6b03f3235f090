package io.autotaskprovisioner.account;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The slow hash of passwords: PBKDF2 with HMAC-SHA256, written with its parameters as {@code
 * $pbkdf2-sha256$i=600000$salt$hash}, so that a later version may ask for more and still read what
 * is stored. Takes a good part of a second of one core, so it may not be called on an event loop or
 * in a transaction. Thread-safe.
 */
final class PasswordHashing {

  /** OWASP Password Storage Cheat Sheet, PBKDF2-HMAC-SHA256. */
  static final int ITERATIONS = 600_000;

  /** Fewer are for trials alone. */
  static final int MIN_ITERATIONS = 1_000;

  /** More than this would keep a core busy for seconds. */
  static final int MAX_ITERATIONS = 10_000_000;

  private static final String PREFIX = "$pbkdf2-sha256$i=";
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final int iterations;
  private final String nobodys;

  PasswordHashing(int iterations) {
    this.iterations = iterations;
    this.nobodys = written(iterations, salt(), new byte[HASH_BYTES]);
  }

  String hash(LoginPassword password) {
    byte[] salt = salt();
    return written(iterations, salt, derived(password.value(), salt, iterations));
  }

  /**
   * Whether the text is the password that was hashed.
   *
   * @param text anything a caller may send
   */
  boolean matches(String text, String stored) {
    String[] parts = stored.split("\\$");
    int count = Integer.parseInt(parts[2].substring("i=".length()));
    byte[] salt = Base64.getDecoder().decode(parts[3]);
    byte[] hash = Base64.getDecoder().decode(parts[4]);
    return MessageDigest.isEqual(derived(LoginPassword.normalised(text), salt, count), hash);
  }

  /** What no password matches, at the price of one that is stored: for users that are not there. */
  String nobodys() {
    return nobodys;
  }

  /** Whether what is stored was made with other parameters than would be used now. */
  boolean isOutdated(String stored) {
    return !stored.startsWith(PREFIX + iterations + "$");
  }

  private byte[] salt() {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return salt;
  }

  private static byte[] derived(String password, byte[] salt, int iterations) {
    PBEKeySpec key =
        new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BYTES * Byte.SIZE);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no PBKDF2 with HMAC-SHA256", e);
    } finally {
      key.clearPassword();
    }
  }

  private static String written(int iterations, byte[] salt, byte[] hash) {
    Base64.Encoder base64 = Base64.getEncoder();
    return PREFIX
        + iterations
        + "$"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(hash);
  }
}
