package io.autotaskprovisioner.delivery;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A shared secret of Standard Webhooks: {@code whsec_} and the base64 of 24 to 64 bytes. Immutable
 * and thread-safe; {@link #toString} shows nothing of it.
 *
 * @see <a
 *     href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">The
 *     specification</a>
 */
final class SigningSecret {

  private static final String PREFIX = "whsec_";
  private static final int MIN_BYTES = 24;
  private static final int MAX_BYTES = 64;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  private SigningSecret(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /**
   * Reads the written form.
   *
   * @throws IllegalArgumentException if it is not one; the message holds nothing of the text
   */
  static SigningSecret parse(String text) {
    if (text.startsWith(PREFIX)) {
      try {
        byte[] bytes = Base64.getDecoder().decode(text.substring(PREFIX.length()));
        if (bytes.length >= MIN_BYTES && bytes.length <= MAX_BYTES) {
          return new SigningSecret(bytes);
        }
      } catch (IllegalArgumentException ignored) {
        // told below, without the text that the decoder quotes
      }
    }
    throw new IllegalArgumentException(
        "a secret is %s and the base64 of %d to %d bytes".formatted(PREFIX, MIN_BYTES, MAX_BYTES));
  }

  /** A new random secret of 32 bytes in its written form. */
  static String generate() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return PREFIX + Base64.getEncoder().encodeToString(bytes);
  }

  /** The signature {@code v1,<base64>} over {@code id.timestamp.body}. */
  String sign(String id, long timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "SigningSecret[********]";
  }
}
