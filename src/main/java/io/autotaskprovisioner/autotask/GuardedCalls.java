package io.autotaskprovisioner.autotask;

import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Asks a zone one question with a login's credentials: look up the zone, pass the guard, take a
 * slot, call, tell the guard. Every wait ends at the deadline. Thread-safe, never blocks.
 */
final class GuardedCalls {

  private static final Duration GUARD_RETRY = Duration.ofSeconds(5);

  private final Rules rules;
  private final SendableLogin sendable;
  private final HostRules hosts;
  private final ZoneDirectory zones;
  private final AutotaskCalls calls;
  private final CallBudget budget;
  private final TenantPauses pauses;
  private final LoginGuard guard;
  private final Clock clock;

  /** What the settings say about calls with credentials. */
  record Rules(
      Authentication authentication,
      @Nullable String integrationCode,
      int maxConcurrentCalls,
      int maxWaitingCalls,
      Duration connectTimeout,
      Duration callTimeout,
      int thresholdPausePercent) {}

  GuardedCalls(
      Rules rules,
      HostRules hosts,
      ZoneDirectory zones,
      AutotaskCalls calls,
      CallBudget budget,
      TenantPauses pauses,
      LoginGuard guard,
      Clock clock) {
    this.rules = rules;
    this.sendable = new SendableLogin(rules.authentication(), rules.integrationCode());
    this.hosts = hosts;
    this.zones = zones;
    this.calls = calls;
    this.budget = budget;
    this.pauses = pauses;
    this.guard = guard;
    this.clock = clock;
  }

  /**
   * @return completes exceptionally with an {@link AutotaskException}, or with whatever kept the
   *     guard from deciding
   */
  <T> CompletableFuture<T> ask(LoginCredentials given, Instant deadline, Question<T> question) {
    try {
      LoginCredentials login = sendable.checked(given);
      ServiceAddress server = hosts.serverAddress(login.serverUrl());
      SendableLogin.requireCode(login, server);
      AutotaskException noZone =
          failure(Kind.TIMEOUT, "The look-up of the zone took too long.", null);
      return calls
          .within(zones.find(login.userName(), server), left(deadline), noZone, late -> {})
          .thenCompose(found -> guarded(login, server, found, deadline, question));
    } catch (AutotaskException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private <T> CompletableFuture<T> guarded(
      LoginCredentials login,
      ServiceAddress server,
      ZoneDirectory.Found found,
      Instant deadline,
      Question<T> question) {
    SendableLogin.requireCode(login, found.zone().address());
    pauses.check(found.zone().tenant());
    AutotaskException stillWaiting =
        failure(Kind.THROTTLED, "Another call with this login is not finished.", GUARD_RETRY);
    Duration left = left(deadline);
    return calls
        .within(guard.enter(login), left, stillWaiting, LoginGuard.Attempt::undecided)
        .thenCompose(
            attempt ->
                call(login, found.zone(), deadline, question)
                    .handle(
                        (said, failure) ->
                            isRejection(failure) && found.remembered()
                                ? afterMigration(
                                        login, server, found.zone(), deadline, question, failure)
                                    .handle((again, still) -> verdict(attempt, again, still))
                                    .thenCompose(conclusion -> conclusion)
                                : verdict(attempt, said, failure))
                    .thenCompose(conclusion -> conclusion));
  }

  /**
   * Tenants move between zones, and their old zone then answers 401. Only a zone that changed is
   * worth a second try; whatever else comes out, the rejection stands.
   */
  private <T> CompletableFuture<T> afterMigration(
      LoginCredentials login,
      ServiceAddress server,
      Zone oldZone,
      Instant deadline,
      Question<T> question,
      Throwable rejection) {
    CompletableFuture<T> rejected = CompletableFuture.failedFuture(rejection);
    Duration left = Duration.between(clock.instant(), deadline);
    AutotaskException tooLate = failure(Kind.TIMEOUT, "The second look-up took too long.", null);
    return calls
        .within(zones.findAgain(login.userName(), server), left, tooLate, late -> {})
        .handle(
            (found, failure) -> {
              if (failure != null || found.zone().address().equals(oldZone.address())) {
                return rejected;
              }
              boolean codeLacks =
                  login.integrationCode() == null && found.zone().address().isVendor();
              return codeLacks ? rejected : call(login, found.zone(), deadline, question);
            })
        .thenCompose(conclusion -> conclusion);
  }

  private static <T> CompletableFuture<T> verdict(
      LoginGuard.Attempt attempt, @Nullable T said, @Nullable Throwable failure) {
    if (said != null) {
      attempt.accepted();
      return CompletableFuture.completedFuture(said);
    }
    CompletableFuture<T> failed = CompletableFuture.failedFuture(AutotaskCalls.unwrapped(failure));
    if (!isRejection(failure)) {
      attempt.undecided();
      return failed;
    }
    // Reported only after it is remembered; a guard that knows better completes exceptionally.
    return attempt.rejected().thenCompose(unused -> failed);
  }

  /** Never throws: the attempt that the caller holds must be ended. */
  private <T> CompletableFuture<T> call(
      LoginCredentials login, Zone zone, Instant deadline, Question<T> question) {
    CallBudget.Key key =
        new CallBudget.Key(login.integrationCode(), question.endpoint(), zone.tenant());
    Duration left = Duration.between(clock.instant(), deadline);
    AutotaskException noSlot =
        failure(
            Kind.THROTTLED,
            "No slot for a call to this tenant became free in time; nothing was sent.",
            CallBudget.RETRY_AFTER);
    return calls
        .within(
            budget.acquire(key, rules.maxConcurrentCalls(), rules.maxWaitingCalls()),
            left,
            noSlot,
            CallBudget.Permit::close)
        .thenCompose(
            permit ->
                send(login, zone, deadline, question)
                    .whenComplete((said, failure) -> permit.close()));
  }

  private <T> CompletableFuture<T> send(
      LoginCredentials login, Zone zone, Instant deadline, Question<T> question) {
    try {
      pauses.check(zone.tenant());
      Duration left = left(deadline);
      Duration timeout = left.compareTo(rules.callTimeout()) < 0 ? left : rules.callTimeout();
      return calls
          .get(
              zone.address(),
              question.target(),
              rules.authentication().headers(login),
              rules.connectTimeout(),
              timeout,
              question.bodyLimit())
          .thenApply(answer -> said(answer, login, zone, question));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private <T> T said(Answer answer, LoginCredentials login, Zone zone, Question<T> question) {
    Redaction redaction =
        Redaction.of(login.secret(), login.integrationCode(), Authentication.basicToken(login));
    try {
      return question.reading().read(answer, zone, redaction);
    } catch (AutotaskException e) {
      pauses.refused(zone.tenant(), e);
      throw e;
    }
  }

  private Duration left(Instant deadline) {
    Duration left = Duration.between(clock.instant(), deadline);
    if (left.isNegative() || left.isZero()) {
      throw failure(Kind.TIMEOUT, "The time for this request is over.", null);
    }
    return left;
  }

  private static boolean isRejection(@Nullable Throwable failure) {
    return failure != null
        && AutotaskCalls.unwrapped(failure) instanceof AutotaskException e
        && e.kind() == Kind.REJECTED_CREDENTIALS;
  }

  private static AutotaskException failure(
      Kind kind, String message, @Nullable Duration retryAfter) {
    return new AutotaskException(kind, message, null, retryAfter);
  }
}
