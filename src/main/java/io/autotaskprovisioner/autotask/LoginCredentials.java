package io.autotaskprovisioner.autotask;

import org.jspecify.annotations.Nullable;

/**
 * What a login at Autotask consists of. {@link #toString} shows no secret.
 *
 * @param userName the API user's login
 * @param secret the API user's password
 * @param integrationCode the tracking identifier; null where none is configured
 * @param serverUrl the zone's web URL as the caller gave it, unchecked
 */
public record LoginCredentials(
    String userName, String secret, @Nullable String integrationCode, String serverUrl) {

  @Override
  public String toString() {
    return "LoginCredentials[userName=" + userName + ", serverUrl=" + serverUrl + "]";
  }
}
