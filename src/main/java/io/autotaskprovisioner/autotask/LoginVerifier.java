package io.autotaskprovisioner.autotask;

import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * Proves one login by asking for ThresholdInformation, which needs no permission of an entity and
 * tells the tenant's limits. Thread-safe, never blocks.
 */
final class LoginVerifier {

  private static final String ENDPOINT = "ThresholdInformation";

  private final GuardedCalls calls;
  private final AnswerReader reader;
  private final TenantPauses pauses;
  private final int pausePercent;
  private final Clock clock;
  private final Question<VerifiedLogin> question =
      new Question<>(
          ENDPOINT, Question.VERSION + ENDPOINT, AutotaskCalls.BODY_LIMIT, this::verified);

  LoginVerifier(
      GuardedCalls calls, AnswerReader reader, TenantPauses pauses, int pausePercent, Clock clock) {
    this.calls = calls;
    this.reader = reader;
    this.pauses = pauses;
    this.pausePercent = pausePercent;
    this.clock = clock;
  }

  /**
   * @return completes exceptionally with an {@link AutotaskException}, or with whatever kept the
   *     guard from deciding
   */
  CompletableFuture<VerifiedLogin> verify(LoginCredentials login, Instant deadline) {
    return calls.ask(login, deadline, question);
  }

  private VerifiedLogin verified(Answer answer, Zone zone, Redaction redaction) {
    ThresholdInformation usage =
        reader.read(answer, ThresholdInformation.class, zone.address().host(), redaction);
    if (!usage.isGenuine()) {
      throw new AutotaskException(
          Kind.PROVIDER_ERROR,
          zone.address().host() + " answered with something that is no ThresholdInformation.",
          null,
          null);
    }
    pauses.usage(zone.tenant(), usage, pausePercent);
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
}
