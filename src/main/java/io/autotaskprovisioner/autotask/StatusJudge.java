package io.autotaskprovisioner.autotask;

import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a provider's answer means from its status alone, as HTTP defines it. For providers
 * whose error bodies nobody has described to us. Immutable.
 */
final class StatusJudge implements AnswerJudge {

  private final String provider;

  StatusJudge(String provider) {
    this.provider = provider;
  }

  @Override
  public void judge(Answer answer, String host, Redaction redaction) {
    int status = answer.status();
    if (answer.isSuccess()) {
      return;
    }
    switch (status) {
      case 401 ->
          throw failure(Kind.REJECTED_CREDENTIALS, provider + " did not accept the login.", null);
      case 403 ->
          throw failure(
              Kind.NOT_PERMITTED, provider + " accepted the login but not the call.", null);
      case 429 ->
          throw failure(
              Kind.THROTTLED, provider + " asks to slow down.", AnswerReader.THROTTLE_PAUSE);
      default ->
          throw failure(
              status >= 400 && status < 500 ? Kind.PROVIDER_REFUSED : Kind.PROVIDER_ERROR,
              "%s answered with status %d.".formatted(host, status),
              null);
    }
  }

  private static AutotaskException failure(Kind kind, String message, @Nullable Duration wait) {
    return new AutotaskException(kind, message, null, wait);
  }
}
