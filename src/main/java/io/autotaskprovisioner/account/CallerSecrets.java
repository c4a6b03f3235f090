package io.autotaskprovisioner.account;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What a caller shows in the Authorization header. Neither is blank.
 *
 * @param user the value behind {@code User}
 * @param organization the value behind {@code Organization}
 */
public record CallerSecrets(String user, String organization) {

  /** Our choice: what anybody sets by hand shall be no word that can be guessed. */
  public static final int MIN_LENGTH = 16;

  /** Our choice: two of them and the scheme words stay far below what servers take as a header. */
  public static final int MAX_LENGTH = 1_000;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int USER_BYTES = 32;
  private static final int ORGANIZATION_BYTES = 16;

  /** Random ones of the shape the hosted service gave: base64 and hexadecimal. */
  public static CallerSecrets generate() {
    byte[] user = new byte[USER_BYTES];
    byte[] organization = new byte[ORGANIZATION_BYTES];
    RANDOM.nextBytes(user);
    RANDOM.nextBytes(organization);
    return new CallerSecrets(
        Base64.getEncoder().encodeToString(user), HexFormat.of().formatHex(organization));
  }

  /**
   * Whether it can be a secret of a caller: {@value #MIN_LENGTH} to {@value #MAX_LENGTH} ASCII
   * characters without space or comma, which end a value in the Authorization header.
   */
  public static boolean isUsable(String secret) {
    return secret.length() >= MIN_LENGTH
        && secret.length() <= MAX_LENGTH
        && secret.chars().allMatch(c -> c > ' ' && c < 127 && c != ',');
  }

  /** The value of the Authorization header. */
  public String authorization() {
    return "User " + user + ", Organization " + organization;
  }

  @Override
  public String toString() {
    return "CallerSecrets[********]";
  }
}
