package io.autotaskprovisioner.autotask;

import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Proves one login: look up its zone, pass the guard, take a slot, call ThresholdInformation with
 * the credentials, tell the guard. Every wait ends at the deadline. Thread-safe, never blocks.
 */
final class LoginVerifier {

  private static final String ENDPOINT = "ThresholdInformation";
  // Pinned: the highest version that VersionInformation lists lacks calls that we need.
  private static final String TARGET = "/V1.0/ThresholdInformation";
  private static final Duration GUARD_RETRY = Duration.ofSeconds(5);

  private final Rules rules;
  private final SendableLogin sendable;
  private final HostRules hosts;
  private final ZoneDirectory zones;
  private final AutotaskCalls calls;
  private final AnswerReader reader;
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

  LoginVerifier(
      Rules rules,
      HostRules hosts,
      ZoneDirectory zones,
      AutotaskCalls calls,
      AnswerReader reader,
      CallBudget budget,
      TenantPauses pauses,
      LoginGuard guard,
      Clock clock) {
    this.rules = rules;
    this.sendable = new SendableLogin(rules.authentication(), rules.integrationCode());
    this.hosts = hosts;
    this.zones = zones;
    this.calls = calls;
    this.reader = reader;
    this.budget = budget;
    this.pauses = pauses;
    this.guard = guard;
    this.clock = clock;
  }

  /**
   * @return completes exceptionally with an {@link AutotaskException}, or with whatever kept the
   *     guard from deciding
   */
  CompletableFuture<VerifiedLogin> verify(LoginCredentials given, Instant deadline) {
    try {
      LoginCredentials login = sendable.checked(given);
      ServiceAddress server = hosts.serverAddress(login.serverUrl());
      SendableLogin.requireCode(login, server);
      AutotaskException noZone =
          failure(Kind.TIMEOUT, "The look-up of the zone took too long.", null);
      return calls
          .within(zones.find(login.userName(), server), left(deadline), noZone, late -> {})
          .thenCompose(found -> guarded(login, server, found, deadline));
    } catch (AutotaskException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<VerifiedLogin> guarded(
      LoginCredentials login, ServiceAddress server, ZoneDirectory.Found found, Instant deadline) {
    SendableLogin.requireCode(login, found.zone().address());
    pauses.check(found.zone().tenant());
    AutotaskException stillWaiting =
        failure(Kind.THROTTLED, "Another call with this login is not finished.", GUARD_RETRY);
    Duration left = left(deadline);
    return calls
        .within(guard.enter(login), left, stillWaiting, LoginGuard.Attempt::undecided)
        .thenCompose(
            attempt ->
                call(login, found.zone(), deadline)
                    .handle(
                        (verified, failure) ->
                            concluded(attempt, login, server, found, deadline, verified, failure))
                    .thenCompose(conclusion -> conclusion));
  }

  private CompletableFuture<VerifiedLogin> concluded(
      LoginGuard.Attempt attempt,
      LoginCredentials login,
      ServiceAddress server,
      ZoneDirectory.Found found,
      Instant deadline,
      @Nullable VerifiedLogin verified,
      @Nullable Throwable failure) {
    if (isRejection(failure) && found.remembered()) {
      return afterMigration(login, server, found.zone(), deadline, failure)
          .handle((again, stillFailed) -> verdict(attempt, again, stillFailed))
          .thenCompose(conclusion -> conclusion);
    }
    return verdict(attempt, verified, failure);
  }

  /**
   * Tenants move between zones, and their old zone then answers 401. Only a zone that changed is
   * worth a second try; whatever else comes out, the rejection stands.
   */
  private CompletableFuture<VerifiedLogin> afterMigration(
      LoginCredentials login,
      ServiceAddress server,
      Zone oldZone,
      Instant deadline,
      Throwable rejection) {
    CompletableFuture<VerifiedLogin> rejected = CompletableFuture.failedFuture(rejection);
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
              return codeLacks ? rejected : call(login, found.zone(), deadline);
            })
        .thenCompose(conclusion -> conclusion);
  }

  private static CompletableFuture<VerifiedLogin> verdict(
      LoginGuard.Attempt attempt, @Nullable VerifiedLogin verified, @Nullable Throwable failure) {
    if (verified != null) {
      attempt.accepted();
      return CompletableFuture.completedFuture(verified);
    }
    CompletableFuture<VerifiedLogin> failed =
        CompletableFuture.failedFuture(AutotaskCalls.unwrapped(failure));
    if (!isRejection(failure)) {
      attempt.undecided();
      return failed;
    }
    // Reported only after it is remembered; a guard that knows better completes exceptionally.
    return attempt.rejected().thenCompose(unused -> failed);
  }

  /** Never throws: the attempt that the caller holds must be ended. */
  private CompletableFuture<VerifiedLogin> call(
      LoginCredentials login, Zone zone, Instant deadline) {
    CallBudget.Key key = new CallBudget.Key(login.integrationCode(), ENDPOINT, zone.tenant());
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
                send(login, zone, deadline).whenComplete((verified, failure) -> permit.close()));
  }

  private CompletableFuture<VerifiedLogin> send(
      LoginCredentials login, Zone zone, Instant deadline) {
    try {
      pauses.check(zone.tenant());
      Duration left = left(deadline);
      Duration timeout = left.compareTo(rules.callTimeout()) < 0 ? left : rules.callTimeout();
      return calls
          .get(
              zone.address(),
              TARGET,
              rules.authentication().headers(login),
              rules.connectTimeout(),
              timeout)
          .thenApply(answer -> verified(answer, login, zone));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private VerifiedLogin verified(Answer answer, LoginCredentials login, Zone zone) {
    Redaction redaction =
        Redaction.of(login.secret(), login.integrationCode(), Authentication.basicToken(login));
    ThresholdInformation usage;
    try {
      usage = reader.read(answer, ThresholdInformation.class, zone.address().host(), redaction);
    } catch (AutotaskException e) {
      pauses.refused(zone.tenant(), e);
      throw e;
    }
    if (!usage.isGenuine()) {
      throw failure(
          Kind.PROVIDER_ERROR,
          zone.address().host() + " answered with something that is no ThresholdInformation.",
          null);
    }
    pauses.usage(zone.tenant(), usage, rules.thresholdPausePercent());
    return new VerifiedLogin(
        zone.name(),
        zone.address().uri(),
        zone.webUrl(),
        zone.databaseId(),
        usage.externalRequestThreshold(),
        usage.requestThresholdTimeframe(),
        usage.currentTimeframeRequestCount(),
        clock.instant());
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
