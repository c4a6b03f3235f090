package io.autotaskprovisioner.autotask;

import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import org.jspecify.annotations.Nullable;

/** Decides whether credentials can be sent as they stand, before anything is. Thread-safe. */
final class SendableLogin {

  private static final int MAX_LENGTH = 1000;

  private final Authentication authentication;
  private final @Nullable String integrationCode;

  /**
   * @param integrationCode of the settings, for credentials that bring none of their own
   */
  SendableLogin(Authentication authentication, @Nullable String integrationCode) {
    this.authentication = authentication;
    this.integrationCode = integrationCode;
  }

  /**
   * The login as it is sent: with the configured code where it brings none of its own.
   *
   * @throws AutotaskException as INVALID_LOGIN
   */
  LoginCredentials checked(LoginCredentials given) {
    String own = given.integrationCode();
    String code = own == null || own.isBlank() ? integrationCode : own.strip();
    require("user name", given.userName());
    require("secret", given.secret());
    if (code != null) {
      require("integration code", code);
    }
    if (authentication.usesBasic() && given.userName().indexOf(':') >= 0) {
      throw failure(
          Kind.INVALID_LOGIN,
          "The user name holds a colon, which basic authentication cannot carry.");
    }
    return new LoginCredentials(given.userName(), given.secret(), code, given.serverUrl())
        .acceptedBefore(given.acceptedBefore());
  }

  /**
   * Sees to it that there is a code where the address demands one.
   *
   * @throws AutotaskException as INTEGRATION_CODE
   */
  static void requireCode(LoginCredentials login, ServiceAddress address) {
    if (login.integrationCode() == null && address.isVendor()) {
      throw failure(
          Kind.INTEGRATION_CODE,
          "There is no integration code, and Autotask demands one; nothing was sent.");
    }
  }

  private static void require(String what, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw failure(Kind.INVALID_LOGIN, "The %s is missing.".formatted(what));
    }
    if (value.length() > MAX_LENGTH || value.chars().anyMatch(Character::isISOControl)) {
      throw failure(
          Kind.INVALID_LOGIN,
          "The %s holds control characters or is longer than %d.".formatted(what, MAX_LENGTH));
    }
  }

  private static AutotaskException failure(Kind kind, String message) {
    return new AutotaskException(kind, message, null, null);
  }
}
