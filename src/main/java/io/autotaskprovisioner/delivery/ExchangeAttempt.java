package io.autotaskprovisioner.delivery;

import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one post to a Camel endpoint: a new exchange each, with the envelope as its body and
 * headers of ours alone, so that nothing of one delivery reaches another. Thread-safe.
 */
final class ExchangeAttempt {

  /** Headers of every message; names that JMS, HTTP and Kafka all allow. */
  static final String EVENT_ID = "eventId";

  static final String EVENT_TYPE = "eventType";
  static final String INSTANCE_ID = "instanceId";
  static final String OCCURRED_AT = "occurredAt";

  private static final String RETRY_AFTER = "Retry-After";

  private final ProducerTemplate template;
  private final Endpoint endpoint;
  private final FailureText failures;
  private final boolean http;

  /**
   * @param http whether the endpoint itself speaks HTTP, so that a status code in its answer counts
   */
  ExchangeAttempt(CamelContext context, Endpoint endpoint, FailureText failures, boolean http) {
    this.template = context.createProducerTemplate();
    this.endpoint = endpoint;
    this.failures = failures;
    this.http = http;
  }

  /**
   * @param properties of the exchange, for a route behind the endpoint
   */
  PostAnswer make(Post post, Map<String, Object> properties) {
    try {
      Exchange exchange = exchange(post, properties);
      template.send(endpoint, exchange);
      return answer(exchange);
    } catch (Exception | LinkageError e) {
      return PostAnswer.failed(failures.describe(e));
    }
  }

  private Exchange exchange(Post post, Map<String, Object> properties) {
    Exchange exchange = endpoint.createExchange();
    exchange.setProperty(Exchange.CHARSET_NAME, StandardCharsets.UTF_8.name());
    properties.forEach(exchange::setProperty);
    StoredEvent event = post.delivery().event();
    Message message = exchange.getIn();
    message.setBody(new String(post.body(), StandardCharsets.UTF_8));
    message.setHeader(Exchange.CONTENT_TYPE, Envelope.MEDIA_TYPE);
    message.setHeader(EVENT_ID, event.messageId());
    message.setHeader(EVENT_TYPE, event.type());
    message.setHeader(INSTANCE_ID, Long.toString(event.instanceId()));
    message.setHeader(OCCURRED_AT, DateTimeFormatter.ISO_INSTANT.format(event.occurredAt()));
    return exchange;
  }

  private PostAnswer answer(Exchange exchange) {
    Throwable failure = exchange.getException();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof HttpOperationFailedException refused) {
        return PostAnswer.status(
            refused.getHttpResponseCode(), retryAfter(refused.getResponseHeaders()));
      }
    }
    if (failure != null) {
      return PostAnswer.failed(failures.describe(failure));
    }
    if (exchange.isRollbackOnly()) {
      return PostAnswer.failed("The route behind the endpoint rolled back");
    }
    Message message = exchange.getMessage();
    Integer status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
    return http && status != null
        ? PostAnswer.status(status, message.getHeader(RETRY_AFTER, String.class))
        : PostAnswer.taken();
  }

  private static @Nullable String retryAfter(@Nullable Map<String, String> headers) {
    if (headers == null) {
      return null;
    }
    return headers.entrySet().stream()
        .filter(field -> field.getKey().toLowerCase(Locale.ROOT).equals("retry-after"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  void close() {
    template.stop();
  }
}
