package io.autotaskprovisioner.account;

import org.jspecify.annotations.Nullable;

/**
 * What an account is created from.
 *
 * @param password of its login; null where it has none
 */
public record NewAccount(
    String email,
    String firstName,
    String lastName,
    String role,
    CallerSecrets secrets,
    @Nullable LoginPassword password) {

  /** One without a login. */
  public NewAccount(
      String email, String firstName, String lastName, String role, CallerSecrets secrets) {
    this(email, firstName, lastName, role, secrets, null);
  }
}
