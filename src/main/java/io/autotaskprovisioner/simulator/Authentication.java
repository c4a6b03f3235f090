package io.autotaskprovisioner.simulator;

import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who calls: by the headers {@code UserName}, {@code Secret} and {@code ApiIntegrationCode}, by
 * {@code Authorization: Basic}, or both, which then have to agree (our choice). Thread-safe.
 */
final class Authentication {

  /** The caller, or the answer to give instead. */
  record Outcome(@Nullable SimulatedUser user, String code, @Nullable Answer refusal) {}

  private record Login(String userName, String secret) {}

  private final Users users;
  private final Lockouts lockouts;

  Authentication(Users users, Lockouts lockouts) {
    this.users = users;
    this.lockouts = lockouts;
  }

  Outcome authenticate(Call call, Switches switches) {
    MultiMap headers = call.headers();
    Optional<Login> byHeaders = headerLogin(headers);
    Optional<Login> byBasic = basicLogin(headers.get("Authorization"));
    String code = Optional.ofNullable(headers.get("ApiIntegrationCode")).orElse("").strip();
    Answer refusal = Answer.unauthorized(call.zone());
    if (byHeaders.isEmpty() && (switches.requireHeaders() || byBasic.isEmpty())) {
      return new Outcome(null, code, refusal);
    }
    if (byHeaders.isPresent() && byBasic.isPresent() && !byHeaders.equals(byBasic)) {
      byBasic.ifPresent(login -> countFailure(login, switches));
      return new Outcome(null, code, refusal);
    }
    Login login = byHeaders.or(() -> byBasic).orElseThrow();
    SimulatedUser user = users.find(login.userName()).orElse(null);
    if (user == null || !mayLogIn(user, login, call.zone(), switches)) {
      return new Outcome(null, code, refusal);
    }
    boolean codeNeeded = byHeaders.isPresent() || !switches.basicOnlyAccepted();
    if (!isCodeAccepted(code, codeNeeded, switches)) {
      return new Outcome(
          null,
          code,
          switches.wrongCodeAnswer() == 500
              ? Answer.errors(500, "IntegrationCode is invalid")
              : refusal);
    }
    return new Outcome(user, code, null);
  }

  /** Only a wrong secret counts towards the lock; a locked user is refused with the right one. */
  private boolean mayLogIn(SimulatedUser user, Login login, int zone, Switches switches) {
    if (user.zone() != zone
        || !user.active()
        || !user.apiUser()
        || lockouts.isLocked(user.login(), switches.unlockAfterSeconds())) {
      return false;
    }
    if (!user.secret().equals(login.secret())) {
      lockouts.rejected(user.login(), switches.lockoutAfter());
      return false;
    }
    lockouts.accepted(user.login());
    return true;
  }

  private void countFailure(Login login, Switches switches) {
    users
        .find(login.userName())
        .ifPresent(user -> lockouts.rejected(user.login(), switches.lockoutAfter()));
  }

  /** The login that a call names, unproven; empty where it names none. */
  static String namedUser(Call call) {
    return headerLogin(call.headers())
        .or(() -> basicLogin(call.headers().get("Authorization")))
        .map(Login::userName)
        .orElseGet(() -> Optional.ofNullable(call.query().get("user")).orElse(""));
  }

  private static boolean isCodeAccepted(String code, boolean needed, Switches switches) {
    if (code.isEmpty()) {
      return !needed;
    }
    return switches.integrationCodes().isEmpty() || switches.integrationCodes().contains(code);
  }

  private static Optional<Login> headerLogin(MultiMap headers) {
    String user = headers.get("UserName");
    String secret = headers.get("Secret");
    return user == null || user.isBlank() || secret == null
        ? Optional.empty()
        : Optional.of(new Login(user, secret));
  }

  private static Optional<Login> basicLogin(@Nullable String authorization) {
    if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
      return Optional.empty();
    }
    try {
      String pair =
          new String(
              Base64.getDecoder().decode(authorization.substring(6).strip()),
              StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 1
          ? Optional.empty()
          : Optional.of(new Login(pair.substring(0, colon), pair.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
