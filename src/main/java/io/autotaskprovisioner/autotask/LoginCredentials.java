package io.autotaskprovisioner.autotask;

import org.jspecify.annotations.Nullable;

/**
 * What a login at Autotask consists of. {@link #toString} shows no secret.
 *
 * @param userName the API user's login
 * @param secret the API user's password
 * @param integrationCode the tracking identifier; null where none is configured
 * @param serverUrl the zone's web URL as the caller gave it, unchecked
 * @param acceptedBefore whether somebody lasting remembers that Autotask accepted just these: those
 *     of a stored instance that is valid
 */
public record LoginCredentials(
    String userName,
    String secret,
    @Nullable String integrationCode,
    String serverUrl,
    boolean acceptedBefore) {

  /** Credentials of which nobody knows yet. */
  public LoginCredentials(
      String userName, String secret, @Nullable String integrationCode, String serverUrl) {
    this(userName, secret, integrationCode, serverUrl, false);
  }

  /** The same, where Autotask is known to have accepted them or not. */
  public LoginCredentials acceptedBefore(boolean accepted) {
    return new LoginCredentials(userName, secret, integrationCode, serverUrl, accepted);
  }

  @Override
  public String toString() {
    return "LoginCredentials[userName=" + userName + ", serverUrl=" + serverUrl + "]";
  }
}
