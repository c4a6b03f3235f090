package io.autotaskprovisioner.secret;

/** The text that stands wherever a secret would stand. */
public final class Mask {

  /**
   * Exactly eight asterisks: what the hosted service echoed for a secret configuration value, and
   * what a caller sends back to mean "keep the stored one".
   */
  public static final String MASK = "********";

  private Mask() {}

  /** Whether the value is the mask and so stands for a stored secret. */
  public static boolean isMask(Object value) {
    return MASK.equals(value);
  }
}
