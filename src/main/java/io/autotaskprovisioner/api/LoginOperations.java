package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.account.AuthorizationHeader;
import io.autotaskprovisioner.account.CallerSecrets;
import io.autotaskprovisioner.account.LoginSession;
import io.autotaskprovisioner.account.LoginSession.Kind;
import io.autotaskprovisioner.account.LoginThrottle;
import io.autotaskprovisioner.account.Logins;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.camel.Exchange;

/**
 * The two ways in which clients of the hosted service logged in and fetched the two secrets that
 * every other call needs. Whatever is wrong with name, password or session is the same 401. Nothing
 * of it may be kept by a cache. Thread-safe.
 */
final class LoginOperations {

  private static final Map<String, String> NO_STORE = Map.of("Cache-Control", "no-store");

  private final Logins logins;
  private final LoginThrottle throttle;
  private final InstanceAnswers answers;
  private final Blocking hashing;
  private final boolean secure;
  private final JsonBody bodies = new JsonBody();

  /**
   * @param hashing few threads with a short queue: beyond it logins are refused for the moment
   * @param secure whether callers reach this server by https
   */
  LoginOperations(
      Logins logins,
      LoginThrottle throttle,
      InstanceAnswers answers,
      Blocking hashing,
      boolean secure) {
    this.logins = logins;
    this.throttle = throttle;
    this.answers = answers;
    this.hashing = hashing;
    this.secure = secure;
  }

  /** {@code POST /elements/j_spring_security_check}: a form for a cookie. */
  ApiStep byForm() {
    return login(
        Kind.COOKIE,
        request -> LoginForm.ofUrlEncoded(request.body()),
        session ->
            answers.ok(
                JsonNodeFactory.instance.objectNode(),
                Map.of(
                    "Cache-Control",
                    "no-store",
                    "Set-Cookie",
                    SessionCookie.set(session, logins.lifetime(), secure))));
  }

  /** {@code POST /elements/api-v2/authentication}: JSON for a token. */
  ApiStep byJson() {
    return login(
        Kind.BEARER,
        request -> LoginForm.ofJson(bodies.read(request)),
        session ->
            answers.ok(
                JsonNodeFactory.instance.objectNode().put("token", session.value()), NO_STORE));
  }

  /** {@code GET /elements/api-v1/ui/getSecrets}: the secrets of the cookie's account. */
  CompletableFuture<ApiAnswer> secretsOfCookie(ApiRequest request, Account nobody) {
    List<String> values = request.header("Cookie").map(SessionCookie::values).orElse(List.of());
    CompletableFuture<Optional<CallerSecrets>> found =
        CompletableFuture.completedFuture(Optional.empty());
    for (String value : values) {
      found =
          found.thenCompose(
              secrets ->
                  secrets.isPresent()
                      ? CompletableFuture.completedFuture(secrets)
                      : logins.secrets(Kind.COOKIE, value));
    }
    return found.thenApply(secrets -> answer(secrets, "user", "company"));
  }

  /** {@code GET /elements/api-v2/authentication/secrets}: the secrets of the token's account. */
  CompletableFuture<ApiAnswer> secretsOfToken(ApiRequest request, Account nobody) {
    String token =
        request
            .header("Authorization")
            .flatMap(header -> AuthorizationHeader.parse(header).value("Bearer"))
            .orElseThrow(ApiException::unauthorized);
    return logins
        .secrets(Kind.BEARER, token)
        .thenApply(secrets -> answer(secrets, "userSecret", "organizationSecret"));
  }

  private ApiAnswer answer(Optional<CallerSecrets> secrets, String user, String organization) {
    CallerSecrets shown = secrets.orElseThrow(ApiException::unauthorized);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(user, shown.user());
    json.put(organization, shown.organization());
    return answers.ok(json, NO_STORE);
  }

  private ApiStep login(
      Kind kind, Function<ApiRequest, LoginForm> read, Function<LoginSession, ApiAnswer> answer) {
    return new ApiStep() {
      @Override
      CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
        LoginForm form = read.apply(request);
        String peer = exchange.getProperty(ApiRequest.PEER, String.class);
        return LoginOperations.this
            .login(kind, form, peer)
            .thenAccept(session -> exchange.getMessage().setBody(answer.apply(session)));
      }
    };
  }

  private CompletableFuture<LoginSession> login(Kind kind, LoginForm form, String peer) {
    Optional<Duration> wait = throttle.enter(form.userName(), peer);
    if (wait.isPresent()) {
      throw new ApiException(
          429,
          "Too many failed logins with this user name; try it again in a moment.",
          wait.get().plusSeconds(1));
    }
    return hashing
        .call(() -> logins.login(kind, form.userName(), form.password()))
        .whenComplete(
            (session, failure) -> {
              if (failure != null || session.isPresent()) {
                throttle.giveBack(form.userName(), peer);
              }
            })
        .thenApply(session -> session.orElseThrow(ApiException::unauthorized));
  }
}
