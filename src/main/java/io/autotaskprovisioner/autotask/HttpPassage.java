package io.autotaskprovisioner.autotask;

import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletionException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.hc.core5.http.io.EofSensorInputStream;

/**
 * One call with credentials that may go out, made by an {@code http} step: {@link #writeTo} before
 * it, {@link #readFrom} after it, {@link #leave} in any case. For one exchange, not thread-safe.
 */
public final class HttpPassage implements AutoCloseable {

  /** Exchange property that holds the passage while the call is under way. */
  private static final String PROPERTY = "httpPassage";

  private final ServiceAddress address;
  private final String target;
  private final Authentication authentication;
  private final LoginCredentials login;
  private final String tenant;
  private final AnswerJudge judge;
  private final TenantPauses pauses;
  private final LoginGuard.Attempt attempt;
  private final CallBudget.Permit permit;

  HttpPassage(
      ServiceAddress address,
      String target,
      Authentication authentication,
      LoginCredentials login,
      String tenant,
      AnswerJudge judge,
      TenantPauses pauses,
      LoginGuard.Attempt attempt,
      CallBudget.Permit permit) {
    this.address = address;
    this.target = target;
    this.authentication = authentication;
    this.login = login;
    this.tenant = tenant;
    this.judge = judge;
    this.pauses = pauses;
    this.attempt = attempt;
    this.permit = permit;
  }

  /** Makes the message the call: no header but ours, no body. */
  public void writeTo(Exchange exchange) {
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    message.setBody(null);
    message.setHeader("Accept", "application/json");
    authentication
        .headers(login)
        .forEach((name, value) -> message.setHeader(name, value.toString()));
    message.setHeader(Exchange.HTTP_URI, address.origin() + address.path() + target);
    exchange.setProperty(PROPERTY, this);
  }

  /**
   * Reads the answer and tells the guard what it means; the body is its bytes then.
   *
   * @throws AutotaskException where it is no success
   */
  public static void readFrom(Exchange exchange) throws IOException {
    HttpPassage passage = exchange.getProperty(PROPERTY, HttpPassage.class);
    Message message = exchange.getMessage();
    int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
    String retryAfter = message.getHeader("Retry-After", String.class);
    byte[] body = passage.bodyOf(message);
    passage.answered(new Answer(status, retryAfter, body));
    message.setBody(body);
  }

  /**
   * Ends the call, however it went: gives the slot back and leaves no header and no login behind.
   */
  public static void leave(Exchange exchange) {
    exchange.getMessage().removeHeaders("*");
    if (exchange.removeProperty(PROPERTY) instanceof HttpPassage passage) {
      passage.close();
    }
  }

  /** Gives the slot back; a call without an answer stays without a verdict. */
  @Override
  public void close() {
    attempt.undecided();
    permit.close();
  }

  @Override
  public String toString() {
    return "HttpPassage[" + address.origin() + target + "]";
  }

  private void answered(Answer answer) {
    Redaction redaction =
        Redaction.of(login.secret(), login.integrationCode(), Authentication.basicToken(login));
    try {
      judge.judge(answer, address.host(), redaction);
    } catch (AutotaskException e) {
      pauses.refused(tenant, e);
      if (e.kind() == Kind.REJECTED_CREDENTIALS) {
        rejected();
      }
      throw e;
    }
    attempt.accepted();
  }

  /** Returns after it is remembered; a guard that blames the code says so. */
  private void rejected() {
    try {
      attempt.rejected().join();
    } catch (CompletionException e) {
      if (AutotaskCalls.unwrapped(e) instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private byte[] bodyOf(Message message) throws IOException {
    InputStream body = message.getBody(InputStream.class);
    if (body == null) {
      return new byte[0];
    }
    byte[] bytes = body.readNBytes(AutotaskCalls.BODY_LIMIT + 1);
    if (bytes.length > AutotaskCalls.BODY_LIMIT) {
      abort(body);
      throw new AutotaskException(
          Kind.PROVIDER_ERROR, address.host() + " answered with far too long a body.", null, null);
    }
    body.close();
    return bytes;
  }

  /** Closing would read the rest first, however long it is. */
  private static void abort(InputStream body) throws IOException {
    if (body instanceof EofSensorInputStream stream) {
      stream.abort();
    }
  }
}
