package io.autotaskprovisioner.autotask;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call with credentials out that another component makes. It checks the host before anything
 * else, then asks the guard of logins, then waits for a slot of the call budget. Thread-safe.
 */
public final class HttpAccess {

  private static final Duration GUARD_RETRY = Duration.ofSeconds(5);

  private final AutotaskComponent.Shared shared;
  private final GuardedCalls.Rules rules;
  private final HostRules hosts;
  private final AnswerJudge judge;
  private final @Nullable String provider;

  private HttpAccess(
      AutotaskComponent.Shared shared,
      GuardedCalls.Rules rules,
      HostRules hosts,
      AnswerJudge judge,
      @Nullable String provider) {
    this.shared = shared;
    this.rules = rules;
    this.hosts = hosts;
    this.judge = judge;
    this.provider = provider;
  }

  static HttpAccess toAutotask(
      AutotaskComponent.Shared shared, AutotaskConfiguration configuration) {
    return new HttpAccess(
        shared,
        AutotaskEndpoint.rules(configuration),
        AutotaskEndpoint.hostRules(configuration.getAllowedOrigins()),
        (answer, host, redaction) -> shared.reader().read(answer, JsonNode.class, host, redaction),
        null);
  }

  static HttpAccess toProvider(
      AutotaskComponent.Shared shared,
      AutotaskConfiguration configuration,
      String provider,
      String domain) {
    GuardedCalls.Rules own = AutotaskEndpoint.rules(configuration);
    // Autotask's integration code is nobody else's business.
    GuardedCalls.Rules basic =
        new GuardedCalls.Rules(
            Authentication.BASIC,
            null,
            own.maxConcurrentCalls(),
            own.maxWaitingCalls(),
            own.connectTimeout(),
            own.callTimeout(),
            own.thresholdPausePercent());
    return new HttpAccess(
        shared,
        basic,
        new HostRules(AutotaskEndpoint.origins(configuration.getAllowedOrigins()), domain),
        new StatusJudge(provider),
        provider);
  }

  /**
   * Waits on the calling thread until the call may go out. The passage must be closed.
   *
   * @param baseUrl of the service, unchecked
   * @param target what is called below it, a constant beginning with a slash
   * @param databaseId the tenant; null: all of one origin count as one
   * @param deadline when waiting ends
   * @throws AutotaskException of kind HOST_NOT_ALLOWED, INVALID_LOGIN, INTEGRATION_CODE,
   *     LOGIN_CLOSED or THROTTLED; nothing was sent then
   */
  public HttpPassage enter(
      LoginCredentials given,
      String baseUrl,
      String target,
      @Nullable Long databaseId,
      Instant deadline) {
    ServiceAddress address = hosts.zoneAddress(baseUrl);
    LoginCredentials login =
        new SendableLogin(rules.authentication(), rules.integrationCode())
            .checked(provider == null ? given : withoutCode(given));
    requireAscii(login);
    SendableLogin.requireCode(login, address);
    String tenant = databaseId == null ? address.origin() : "ci:" + databaseId;
    shared.pauses().check(tenant);
    LoginGuard.Attempt attempt =
        await(
            shared.guard().enter(provider == null ? login : named(login)),
            deadline,
            "Another call with this login is not finished.",
            LoginGuard.Attempt::undecided);
    try {
      CallBudget.Permit permit =
          await(
              shared
                  .budget()
                  .acquire(
                      key(login, target, tenant),
                      rules.maxConcurrentCalls(),
                      rules.maxWaitingCalls()),
              deadline,
              "No slot for a call to this tenant became free in time; nothing was sent.",
              CallBudget.Permit::close);
      return new HttpPassage(
          address,
          target,
          rules.authentication(),
          login,
          tenant,
          judge,
          shared.pauses(),
          attempt,
          permit);
    } catch (RuntimeException e) {
      attempt.undecided();
      throw e;
    }
  }

  private <T> T await(
      CompletableFuture<T> future, Instant deadline, String late, Consumer<T> giveBack) {
    Duration left = Duration.between(shared.clock().instant(), deadline);
    AutotaskException atEnd = new AutotaskException(Kind.THROTTLED, late, null, GUARD_RETRY);
    try {
      return shared.calls().within(future, left, atEnd, giveBack).join();
    } catch (CompletionException e) {
      if (AutotaskCalls.unwrapped(e) instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Autotask counts threads per entity: {@code /V1.0/Companies/0} is a call to Companies. */
  private static CallBudget.Key key(LoginCredentials login, String target, String tenant) {
    String[] parts = target.split("/");
    return new CallBudget.Key(
        login.integrationCode(), parts.length > 2 ? parts[2] : target, tenant);
  }

  private static LoginCredentials withoutCode(LoginCredentials login) {
    return new LoginCredentials(login.userName(), login.secret(), null, login.serverUrl())
        .acceptedBefore(login.acceptedBefore());
  }

  /** One login name at two providers is two logins. */
  private LoginCredentials named(LoginCredentials login) {
    return new LoginCredentials(
            provider + "/" + login.userName(), login.secret(), null, login.serverUrl())
        .acceptedBefore(login.acceptedBefore());
  }

  /**
   * The client behind camel-http puts a question mark in place of octets it does not like, so that
   * a good login would count as a rejected one. Basic carries any letter.
   */
  private void requireAscii(LoginCredentials login) {
    String sent =
        rules.authentication() == Authentication.BASIC
            ? String.valueOf(login.integrationCode())
            : login.userName() + login.secret() + login.integrationCode();
    if (sent.chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
      throw new AutotaskException(
          Kind.INVALID_LOGIN,
          "The login holds letters beyond ASCII, which this call cannot carry in a header.",
          null,
          null);
    }
  }
}
