package io.autotaskprovisioner.account;

/**
 * What a caller gets for a password and shows to get the account's secrets.
 *
 * @param value letters, digits, {@code -} and {@code _}; a secret
 */
public record LoginSession(String value) {

  /** Where a session counts: what came as one is not taken as the other. */
  public enum Kind {
    /** Sent by a browser, or whatever else keeps cookies, of its own accord. */
    COOKIE,
    /** Sent in the Authorization header. */
    BEARER
  }

  @Override
  public String toString() {
    return "LoginSession[********]";
  }
}
