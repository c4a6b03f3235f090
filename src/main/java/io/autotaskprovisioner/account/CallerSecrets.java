package io.autotaskprovisioner.account;

/**
 * What a caller shows in the Authorization header. Neither is blank.
 *
 * @param user the value behind {@code User}
 * @param organization the value behind {@code Organization}
 */
public record CallerSecrets(String user, String organization) {

  @Override
  public String toString() {
    return "CallerSecrets[********]";
  }
}
