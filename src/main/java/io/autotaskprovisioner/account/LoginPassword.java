package io.autotaskprovisioner.account;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/**
 * The password of a login, fit to be set; {@link #toString} does not show it.
 *
 * @param value normalised (NFKC, as NIST SP 800-63B, 3.1.1.2 recommends), so that the same keys on
 *     another keyboard give the same password
 */
public record LoginPassword(String value) {

  /** Our choice: as long as a password must be that nothing but its hash protects. */
  public static final int MIN_LENGTH = 12;

  /** Our choice: room for any sentence. */
  public static final int MAX_LENGTH = 200;

  /**
   * @throws IllegalArgumentException if it cannot be a password, see {@link #isUsable}
   */
  public LoginPassword {
    if (!isUsable(value)) {
      throw new IllegalArgumentException("Not usable as a password");
    }
    value = normalised(value);
  }

  /**
   * Whether it can be set: {@value #MIN_LENGTH} to {@value #MAX_LENGTH} characters, none of them a
   * control character or half a surrogate pair.
   */
  public static boolean isUsable(String text) {
    String password = normalised(text);
    int length = password.codePointCount(0, password.length());
    return length >= MIN_LENGTH
        && length <= MAX_LENGTH
        && password.chars().noneMatch(Character::isISOControl)
        && StandardCharsets.UTF_8.newEncoder().canEncode(password);
  }

  /** What {@link #isUsable} asks for, for people. */
  public static String rule() {
    return "%d to %d characters without control characters".formatted(MIN_LENGTH, MAX_LENGTH);
  }

  static String normalised(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC);
  }

  @Override
  public String toString() {
    return "LoginPassword[********]";
  }
}
